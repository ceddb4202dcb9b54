"""Deploys cases once, and runs them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from conformance.harness.case import Case, Run
from conformance.harness.machine import BUCKET, Compiled, compile_case, deploy, run_machine
from conformance.harness.outcome import Outcome
from specc_targets.emulator.client import Emulator


class Deployment:
    """The machines of one server. May be used by several threads."""

    def __init__(self, server: Emulator) -> None:
        self._server = server
        self._compiled: dict[str, Compiled] = {}
        self._lock = threading.Lock()
        server.s3.create_bucket(Bucket=BUCKET)

    def compiled(self, case: Case) -> Compiled:
        """The case compiled and its functions created."""
        with self._lock:
            if case.name not in self._compiled:
                compiled = compile_case(case)
                deploy(self._server, case, compiled)
                self._compiled[case.name] = compiled
            return self._compiled[case.name]

    def run(self, case: Case, run: Run, directory: Path, definition: Any = None, name: str = "") -> Outcome:
        """Execute one run; `definition` (then with a `name` of its own) stands in for the compiled one."""
        compiled = self.compiled(case)
        return run_machine(self._server, name or run.id, run, definition or compiled.definition, directory)
