"""The target `pulumi`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar

from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.asl.legalize import legalize
from specc_targets.aws.iam.hints import report_roles
from specc_targets.aws.limits import check_names, check_networks, check_tags, check_variables
from specc_targets.aws.triggers import check_triggers
from specc_targets.pulumi.program import Program, program


class PulumiTarget:
    """Compiles to a Pulumi project in Python. `pulumi` itself is needed only to run it."""

    name: ClassVar[str] = "pulumi"

    def legalize(self, context: Context, module: Module) -> Module:
        """The module as a state machine takes it. Reports what `asl` does, and SPC464 to SPC468, SPC473, SPC475."""
        check_triggers(context.sink, module)
        check_tags(context.sink, module)
        check_variables(context.sink, module)
        return legalize(context, module)

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """The files of the project. Reports SPC410, SPC425, SPC476 and SPC477."""
        made = program(context, module)
        if made is None:
            return {}
        report(context, module, made)
        return {} if context.sink.failed else made.files


def report(context: Context, module: Module, made: Program) -> None:
    """Report what is wrong with, or could be better in, what a program makes."""
    report_roles(context.sink, module, made.deployment)
    check_names(context.sink, made.deployment)
    check_networks(context.sink, made.deployment)
