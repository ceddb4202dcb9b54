"""The target `pulumi`: everything that a module needs in an account, as a Pulumi program in Python."""

from specc_targets.pulumi.target import PulumiTarget


def target() -> PulumiTarget:
    """The target, for the registry."""
    return PulumiTarget()
