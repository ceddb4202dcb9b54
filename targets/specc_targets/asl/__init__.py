"""The target `asl`: a module as a Step Functions state machine."""

from specc_targets.asl.target import AslTarget


def target() -> AslTarget:
    """The target, for the registry."""
    return AslTarget()
