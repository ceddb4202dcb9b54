"""Whether what Pulumi's programs need is installed."""

from __future__ import annotations

from importlib.util import find_spec

from specc.targets import TargetError

NEEDED = {"pulumi": "pulumi", "pulumi_aws": "pulumi-aws", "grpc": "grpcio"}
"""Module -> the distribution that it comes from."""


class MissingPulumiError(TargetError):
    """The extra `pulumi` is not installed."""

    code = 3


def need_pulumi() -> None:
    """Raise `MissingPulumiError` where a program of Pulumi's cannot run."""
    missing = [name for module, name in NEEDED.items() if find_spec(module) is None]
    if missing:
        raise MissingPulumiError(
            f"{' and '.join(f'`{name}`' for name in missing)} {'is' if len(missing) == 1 else 'are'} not installed; "
            "install with: pip install '.[pulumi]' in a clone of specc"
        )
