"""The target `pulumi`: everything that a module needs in an account, as a Pulumi program in Python."""

from specc_targets.pulumi.target import PulumiTarget


def target() -> PulumiTarget:
    """The target, for the registry."""
    return PulumiTarget()


def ejected_target() -> PulumiTarget:
    """The same, as a project that is kept and changed by hand."""
    return PulumiTarget(eject=True)
