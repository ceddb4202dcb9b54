"""`specc refresh`: whether AWS still has what was brought up, and whether the code there is the code here."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

from specc.targets import driver
from specc_targets.deployed.errors import Refused, client_error, code_of, told
from specc_targets.pulumi.driving.engine import Engine, EngineFailed
from specc_targets.pulumi.driving.errors import NoCommand
from specc_targets.pulumi.driving.events import Change, Listener
from specc_targets.pulumi.driving.setup import Say, Setup
from specc_targets.pulumi.driving.telling import failed

if TYPE_CHECKING:
    from specc.frontend import Compilation

Code = Literal["same", "differs", "missing", "image"]


@dataclass(frozen=True, slots=True)
class CodeState:
    """The code of a function there, against what the spec compiles to here."""

    function: str
    profile: str
    state: Code
    """`image`: not told, as images are built elsewhere."""
    deployed: str = ""
    compiled: str = ""
    """SHA-256 of the archives, in base64, as Lambda has it."""


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What there is."""

    stack: str
    place: str
    code: Sequence[CodeState]
    drifted: Sequence[Change] = ()
    """Resources that are not as they were brought up; the state has them now as they are."""
    missing: NoCommand | None = None
    """Why only the code could be compared."""

    @property
    def differs(self) -> bool:
        """Whether anything is not as it was brought up, or as it would be; of code in images nobody knows."""
        return bool(self.drifted) or any(item.state in {"differs", "missing"} for item in self.code)


def refresh(compilation: Compilation, spec: str, say: Say) -> Refreshed | None:
    """Compare the code, then let the engine read what there is; None when the diagnostics say why not.

    Raises `TargetError`.
    """
    setup = Setup.of(compilation, spec)
    code = compare_code(setup)
    if code is None:
        return None
    name, place = setup.name, setup.account.place
    program = setup.make_project()
    listener = Listener(program.steps, say)
    try:
        engine = Engine(setup, program, say)
        if setup.exists is False or not engine.select():
            raise Refused(_never(setup))
        engine.refresh(listener)
    except NoCommand as error:
        return Refreshed(name, place, code, missing=error)
    except EngineFailed as error:
        raise failed(setup, program, error) from None
    return Refreshed(name, place, code, tuple(listener.drifted))


def compare_code(setup: Setup) -> list[CodeState] | None:
    """The code of every function, by the hash that Lambda keeps; None when the spec cannot be built."""
    program = setup.program()
    functions = program.deployment.functions
    if not functions:
        return []
    if program.deployment.package_format == "image":
        return [CodeState(item.name, item.profile, "image") for item in functions]
    with TemporaryDirectory(prefix="specc-") as folder:
        built = driver("packaging").build(setup.compilation, Path(folder))
        if built is None:
            return None
        compiled = base64.b64encode(bytes.fromhex(built.sha256)).decode()
    found = []
    for item in functions:
        deployed = _deployed_hash(setup, item.name)
        state: Code = "missing" if deployed is None else "same" if deployed == compiled else "differs"
        found.append(CodeState(item.name, item.profile, state, deployed or "", compiled))
    return found


def _deployed_hash(setup: Setup, function: str) -> str | None:
    with told(setup.account.endpoint):
        try:
            return str(setup.account.client("lambda").get_function_configuration(FunctionName=function)["CodeSha256"])
        except client_error() as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise


def _never(setup: Setup) -> str:
    return (
        f"`{setup.name}` was never brought up by Pulumi with the state at {setup.backend.url}; "
        f"`specc up {setup.spec} --stack {setup.folders.stack}` does that"
    )
