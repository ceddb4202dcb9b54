"""The target `local`: the plan that the engine of this package runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import ClassVar

from specc.ir.module import Module
from specc.passes.base import Context
from specc_targets.local.plan import write_plan


class LocalTarget:
    """Compiles to a plan. There is nothing in the language that it cannot express."""

    name: ClassVar[str] = "local"

    def legalize(self, context: Context, module: Module) -> Module:  # nothing to report
        """The same module."""
        return module

    def emit(self, context: Context, module: Module) -> Mapping[PurePosixPath, bytes]:
        """`plan.json`."""
        text = json.dumps(write_plan(module), ensure_ascii=False, indent=1)
        return {PurePosixPath("plan.json"): (text + "\n").encode()}
