"""The second engine: a spec compiled to a state machine, deployed with its functions, executed on the interpreter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import specc_runtime
from conformance.harness.case import Case, Run
from conformance.harness.outcome import Outcome, files_in
from conformance.harness.store import untag
from specc import targets
from specc.frontend import check, compile_for
from specc_targets.emulator.client import ROLE, Emulator
from specc_targets.emulator.deploy import create_container, create_function, python_files, zip_files
from specc_targets.emulator.execution import Ended, execute

BUCKET = "conformance"
_TIMEOUTS = frozenset({"States.Timeout", "Sandbox.Timedout"})
"""Which of the two it is depends on whose clock is first: the machine's or Lambda's."""


class DoesNotCompileError(Exception):
    """A spec of the corpus that cannot be compiled; the message has the diagnostics."""


@dataclass(frozen=True)
class Compiled:
    """What the `asl` target writes for a case."""

    definition: dict[str, Any]
    functions: list[dict[str, Any]]
    machines: dict[str, str]
    """Those of other specs that steps run: name -> definition."""
    containers: list[dict[str, Any]]
    package: Path
    """The folder of the user's code."""


def compile_with(target: str, case: Case) -> tuple[Path, Mapping[PurePosixPath, bytes]]:
    """The folder of the case's user code, and what a target writes for the case."""
    compilation = check(case.spec)
    files = compile_for(_target(target), compilation)
    if files is None or compilation.module is None:
        problems = [f"{item.code} {item.message}" for item in compilation.diagnostics]
        raise DoesNotCompileError("; ".join(problems))
    return (case.folder / compilation.module.package_root).resolve(), files


def compile_case(case: Case) -> Compiled:
    """Compile a case for Step Functions."""
    package, files = compile_with("asl", case)
    return Compiled(
        definition=json.loads(files[PurePosixPath("state-machine.asl.json")]),
        functions=json.loads(files[PurePosixPath("functions.json")]),
        machines={
            path.name.removesuffix(".asl.json"): data.decode()
            for path, data in files.items()
            if path.parts[0] == "machines"
        },
        containers=json.loads(files.get(PurePosixPath("containers.json"), b"[]")),
        package=package,
    )


@cache
def _target(name: str) -> targets.Target:
    return targets.load(name)


def deploy(server: Emulator, case: Case, compiled: Compiled) -> None:
    """Create the functions of a case: the user's code and the runtime, as a deployment would package them; and what
    its containers need.
    """
    code = _package(compiled.package)
    store = {"SPECC_STORE": f"s3://{BUCKET}/{case.name}"}
    for container in compiled.containers:
        create_container(server, container, {**container["environment"], **store})
    for name, definition in compiled.machines.items():
        server.step_functions.create_state_machine(name=name, definition=definition, roleArn=ROLE)
    for function in compiled.functions:
        environment = {**function["environment"], **store}
        create_function(
            server,
            function["name"],
            code,
            handler=function["handler"],
            environment=environment,
            timeout=function["timeout"],
            memory=function["memory"],
        )


@cache
def _package(folder: Path) -> bytes:
    runtime = Path(specc_runtime.__file__).parent
    files = {f"specc_runtime/{name}": content for name, content in python_files(runtime).items()}
    data = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("data/*")}
    return zip_files({**python_files(folder), **data, **files})


def run_machine(server: Emulator, name: str, run: Run, definition: Any, directory: Path) -> Outcome:
    """Execute a machine once, under a name of its own."""
    ended = execute(server, name, definition, run.parameters(directory))
    return outcome_of(server, ended, directory)


def outcome_of(server: Emulator, ended: Ended, directory: Path) -> Outcome:
    """What an execution's end says, in the words of a run."""
    files = files_in(directory)
    if ended.status != "SUCCEEDED":
        error = "timeout" if ended.error in _TIMEOUTS else ended.error
        return Outcome("failed", error=error, message=_message(ended.cause), files=files)
    outputs = {name: untag(server.s3, value) for name, value in ended.output["outputs"].items()}
    return Outcome("succeeded", outputs=outputs, skipped=tuple(sorted(ended.output["skipped"])), files=files)


def _message(cause: str | None) -> str | None:
    """The message of an exception, of which Lambda's cause has more."""
    try:
        found = json.loads(cause or "")
    except ValueError:
        return cause
    return found.get("errorMessage", cause) if isinstance(found, dict) else cause
