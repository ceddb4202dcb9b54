"""Every action is given what it can do something with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from specc.ir.module import Module
from specc.ir.ops import CommandTask, HttpTask, Op, ScriptTask
from specc.ir.walk import walk
from specc.passes.base import Context, Pass
from specc.passes.command_checks import check_command, check_files
from specc.passes.http_checks import check_http
from specc.passes.shared_folders import check_shared_folders
from specc.passes.unused_axes import check_axes

Check = Callable[[Context, Module, Op], None]
CHECKS: Mapping[type[Op], Check] = {CommandTask: check_command, HttpTask: check_http, ScriptTask: check_files}
"""What checks each action."""


class CheckActions(Pass):
    """Checks what steps do that call no function of the user's. Reports SPC252, SPC358, SPC361-SPC379 and SPC390."""

    name: ClassVar[str] = "check-actions"

    def apply(self, context: Context, module: Module) -> Module:
        """The same module."""
        for region in (module.body, module.finally_):
            for op in walk(region):
                check = CHECKS.get(type(op))
                if check is not None:
                    check(context, module, op)
            check_shared_folders(context, region)
            check_axes(context, module, region)
        return module
