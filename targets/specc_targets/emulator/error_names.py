"""moto lets no error of its own pass through a Parallel or a Map: it takes the name for one that a Fail state says."""

from __future__ import annotations

from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration import iteration_worker
from moto.stepfunctions.parser.asl.component.state.exec.state_parallel import branches_decl

from specc_targets.emulator.replacing import replace


class _AnyName(CustomErrorName):
    """The name under which a branch or an iteration has failed, which may be `States.Timeout`."""

    def __init__(self, error_name: str | None) -> None:
        ErrorName.__init__(self, error_name=error_name)


def install() -> None:
    """Let names pass; a Fail state may still not say one that begins with `States.`."""
    replace(branches_decl, "CustomErrorName", _AnyName)
    replace(iteration_worker, "CustomErrorName", _AnyName)
