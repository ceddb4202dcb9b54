"""The target `cloudformation`: everything that a module needs in an account, as a template."""

from specc_targets.cloudformation.target import CloudFormationTarget


def target() -> CloudFormationTarget:
    """The target, for the registry."""
    return CloudFormationTarget()


def sam_target() -> CloudFormationTarget:
    """The same, in the words of AWS SAM."""
    return CloudFormationTarget(sam=True)
