"""The target `asl`: a module as a Step Functions state machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from specc_targets.asl.target import AslTarget


def target() -> AslTarget:
    """The target, for the registry."""
    from specc_targets.asl.target import AslTarget

    return AslTarget()
