"""A compiler for declarative specs: one file in, local runs and cloud workflows out.

What is here is for Python programs: `specc.run("birds.toml", {"limit": 3}).check().outputs`. `specc.aio` has the same
for `async` code. Importing this imports nothing else; each name is loaded when it is first used.
"""

__version__ = "0.1.0"

TYPE_CHECKING = False
if TYPE_CHECKING:
    from specc import aio as aio
    from specc.api.errors import RunFailed as RunFailed
    from specc.api.errors import SpecError as SpecError
    from specc.api.errors import StateError as StateError
    from specc.api.events import Event as Event
    from specc.api.functions import approve as approve
    from specc.api.functions import check as check
    from specc.api.functions import compile as compile
    from specc.api.functions import load as load
    from specc.api.functions import run as run
    from specc.api.functions import stream as stream
    from specc.api.functions import test as test
    from specc.api.results import Artifacts as Artifacts
    from specc.api.results import Findings as Findings
    from specc.api.results import RunResult as RunResult
    from specc.api.results import StepError as StepError
    from specc.api.results import TestResult as TestResult
    from specc.api.results import Tolerated as Tolerated
    from specc.api.spec import Spec as Spec
    from specc.api.streams import RunStream as RunStream
    from specc.diagnostics import Diagnostic as Diagnostic

_HOMES = {
    "Artifacts": "specc.api.results",
    "Diagnostic": "specc.diagnostics",
    "Event": "specc.api.events",
    "Findings": "specc.api.results",
    "RunFailed": "specc.api.errors",
    "RunResult": "specc.api.results",
    "RunStream": "specc.api.streams",
    "Spec": "specc.api.spec",
    "SpecError": "specc.api.errors",
    "StateError": "specc.api.errors",
    "StepError": "specc.api.results",
    "TestResult": "specc.api.results",
    "Tolerated": "specc.api.results",
    "approve": "specc.api.functions",
    "check": "specc.api.functions",
    "compile": "specc.api.functions",
    "load": "specc.api.functions",
    "run": "specc.api.functions",
    "stream": "specc.api.functions",
    "test": "specc.api.functions",
}
"""Where each name lives."""

__all__ = [
    "Artifacts",
    "Diagnostic",
    "Event",
    "Findings",
    "RunFailed",
    "RunResult",
    "RunStream",
    "Spec",
    "SpecError",
    "StateError",
    "StepError",
    "TestResult",
    "Tolerated",
    "__version__",
    "aio",
    "approve",
    "check",
    "compile",
    "load",
    "run",
    "stream",
    "test",
]


if not TYPE_CHECKING:  # which would take every misspelt name for one of these

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "aio":
            return import_module("specc.aio")
        if name not in _HOMES:
            raise AttributeError(f"module `specc` has no attribute `{name}`")
        found: object = getattr(import_module(_HOMES[name]), name)
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
