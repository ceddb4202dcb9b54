"""The engine `asl` of `specc test`: a module compiled, put into an emulator, executed, and its result read back."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import specc_runtime
from specc.diagnostics import Sink
from specc.source import locate_diagnostics
from specc.targets import TargetError, load
from specc.testing.engines import NotCompiled
from specc_runtime.expressions import JsonValue
from specc_targets.aws.names import Names
from specc_targets.deployed.machine import Execution, Machine
from specc_targets.deployed.outcome import calls_of, printed_of, result_of
from specc_targets.emulator.deploy import create_container, create_function
from specc_targets.emulator.driving import EmulatorDriver
from specc_targets.local.engine import RunResult
from specc_targets.packaging.archive import write_archive
from specc_targets.packaging.items import Item
from specc_targets.packaging.project import read_project

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module
    from specc_targets.emulator.client import Emulator

_BUCKET = "specc-test"
_MACHINES = PurePosixPath("machines")
"""The folder with the machines of specs that steps run."""
_TIME_SCALE = 0.01
_LONGEST = 300.0
"""Seconds that one test may take."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1


class AslEngine:
    """Runs modules as state machines, each under names of its own, on an emulator that begins with the first one."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self._emulator: Emulator | None = None
        self._number = 0

    def __enter__(self) -> AslEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def run(
        self, compilation: Compilation, module: Module, parameters: Mapping[str, JsonValue]
    ) -> tuple[RunResult, str, set[str]]:
        """Run a module once; also what its steps printed, and the steps whose calls could not be counted.

        Raises `NotCompiled`, `TargetError`.
        """
        self._number += 1
        module = replace(module, deployment=replace(module.deployment, stack=f"test{self._number}"))
        files, code = _compiled(compilation, module)
        emulator = self._started()
        definition = files[PurePosixPath("state-machine.asl.json")].decode()
        names = Names.of(module)
        environment = {**_readable(module), "SPECC_STORE": f"s3://{_BUCKET}/{names.store}"}
        for function in json.loads(files[PurePosixPath("functions.json")]):
            _create(emulator, function, code, environment)
        for container in json.loads(files.get(PurePosixPath("containers.json"), b"[]")):
            create_container(emulator, container, {**container["environment"], **environment})
        for path, text in files.items():
            if path.parent == _MACHINES:
                name = path.name.removesuffix(".asl.json")
                emulator.step_functions.create_state_machine(name=name, definition=text.decode(), roleArn=emulator.role)
        machine = Machine(emulator.account, names.machine)
        emulator.step_functions.create_state_machine(name=machine.name, definition=definition, roleArn=emulator.role)
        ended = _ended(machine, machine.start(parameters))
        printed = "".join(f"{line}\n" for line in printed_of(machine, ended))
        uses = machine.steps(ended).states.values()
        uncounted = {use.step for use in uses if use.action == "other"}
        return replace(result_of(machine, ended, module), calls=calls_of(machine, ended)), printed, uncounted

    def _started(self) -> Emulator:
        if self._emulator is None:
            self._emulator = self._stack.enter_context(EmulatorDriver().started(time_scale=_TIME_SCALE))
            self._emulator.s3.create_bucket(Bucket=_BUCKET)
        return self._emulator


def _compiled(compilation: Compilation, module: Module) -> tuple[Mapping[PurePosixPath, bytes], bytes]:
    """What the target writes, and the archive of the code."""
    assert compilation.context is not None
    assert compilation.spec is not None
    sink, target = Sink(), load("asl")
    context = replace(compilation.context, sink=sink)
    legal = target.legalize(context, module)
    files = target.emit(context, legal) if not sink.failed else {}
    if sink.failed:
        raise NotCompiled(locate_diagnostics(sink.diagnostics, compilation.spec))
    with tempfile.TemporaryDirectory() as directory:
        built = Path(directory)
        project = read_project(module, compilation.spec.root / module.package_root, built, sink)
        if sink.failed:
            raise NotCompiled(locate_diagnostics(sink.diagnostics, compilation.spec))
        return files, write_archive(built, "test", [*_runtime(), *project.items]).path.read_bytes()


def _runtime() -> Iterator[Item]:
    """The runtime with its mocks, which are not shipped otherwise."""
    root = Path(specc_runtime.__file__).parent
    for path in sorted(root.rglob("*.py")):
        yield Item(f"specc_runtime/{path.relative_to(root).as_posix()}", path, "runtime", "runs the steps")


def _create(emulator: Emulator, function: Mapping[str, Any], code: bytes, environment: Mapping[str, str]) -> None:
    create_function(
        emulator,
        function["name"],
        code,
        handler=function["handler"],
        environment={**function["environment"], **environment},
        timeout=function["timeout"],
        memory=function["memory"],
    )


def _readable(module: Module) -> dict[str, str]:
    """The variables of this process that secrets are read from: a sandbox sees no others."""
    names = [source.removeprefix("env:") for _, source in module.secrets if source.startswith("env:")]
    return {name: os.environ[name] for name in names if name in os.environ}


def _ended(machine: Machine, run: Execution) -> Execution:
    """A run at its end. Raises `TargetError` when it takes too long."""
    end, pause = time.monotonic() + _LONGEST, _FIRST_PAUSE
    while run.status == "running":
        if time.monotonic() > end:
            raise TargetError(f"the run has not ended after {_LONGEST:.0f} s")
        time.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        run = machine.again(run)
    return run
