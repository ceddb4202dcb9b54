"""What goes wrong in generated specs, arranged so that it is determined which error ends what."""

from __future__ import annotations

from random import Random
from typing import Any

from conformance.generator.values import Scope, argument

_NAMES = {
    "ValueError": ["ValueError", "Exception", "*"],
    "KeyError": ["KeyError", "LookupError", "*"],
    "ConnectionResetError": ["ConnectionError", "OSError", "*"],
    "TimeoutError": ["TimeoutError", "*"],
    "OddBirdError": ["OddBirdError", "ValueError", "inventive.OddBirdError", "*"],
}
"""Under which names each error can be caught."""


class Faults:
    """Chooses faults; `escaped` tells whether any was not caught where it arose."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.escaped = False

    def recovering(self, step: dict[str, Any]) -> None:
        """Make a call that fails at first and then succeeds, by its own retries."""
        error, name = self._error()
        times = self.random.randint(1, 2)
        step["call"] = "inventive:stumble"
        step["with"] |= {"times": times, "error": error}
        step["retry"] = {"max": times + self.random.randrange(2), "delay": "10ms"}
        if self.random.random() < 0.6:
            step["retry"]["on"] = [name]

    def caught(self, step: dict[str, Any], handlers: dict[str, Any], handler: str, scope: Scope) -> None:
        """Make a call that fails, for some or for all arguments, and is caught by the step itself."""
        error, name = self._error()
        step["call"] = "inventive:fail_sometimes"
        step["with"] |= {"one_in": self.random.choice([1, 1, 2]), "error": error}
        if self.random.random() < 0.3:
            step["retry"] = {"max": 1, "delay": "10ms"}
        step["on_error"] = self.handled(name, handlers, handler, scope)

    def handled(self, name: str, handlers: dict[str, Any], handler: str, scope: Scope) -> dict[str, Any]:
        """An `on_error` that catches `name`, perhaps with entries before it that do not, and one after it."""
        found: dict[str, Any] = {}
        if self.random.random() < 0.3:
            found["ZeroDivisionError"] = {"use": "wrong"}
        if self.random.random() < 0.3:
            handlers[handler] = {
                "call": "inventive:make",
                "with": {
                    "name": handler,
                    "directory": "${params.directory}",
                    "error": "${error.name}: ${error.message}",
                    "more": argument(self.random, scope),
                },
            }
            found[name] = {"run": handler}
        else:
            given = self.random.choice(["${error.message}", "by ${error.name}", argument(self.random, scope)])
            record = {"name": "used", "number": 2, "even": True, "items": [4, 5], "rows": [], "given": given}
            found[name] = {"use": {**record, "body": ""}}
        if name != "*" and self.random.random() < 0.2:
            found["*"] = {"use": "wrong"}
        return found

    def escaping(self, step: dict[str, Any]) -> None:
        """Make a call that fails, for some or for all arguments, and catches something else."""
        self.escaped = True
        error, _ = self._error()
        step["call"] = "inventive:fail_sometimes"
        step["with"] |= {"one_in": self.random.choice([1, 1, 2]), "error": error}
        if self.random.random() < 0.3:
            step["on_error"] = {"ZeroDivisionError": {"use": "wrong"}}
        if self.random.random() < 0.2:
            step["retry"] = {"max": 1, "delay": "10ms", "on": ["ZeroDivisionError"]}

    def stumbling(self, step: dict[str, Any], times: int) -> None:
        """Make a call that fails so many times, which something around it retries."""
        self.escaped = True
        step["call"] = "inventive:stumble"
        step["with"] |= {"times": times, "error": self._error()[0]}

    def breaking(self, step: dict[str, Any], scope: Scope) -> None:
        """Make a step's arguments, sources or condition fail."""
        self.escaped = True
        record = [value.text for value in scope.values if value.kind == "record"]
        texts = ["${params.words[99]}", "${params.limit // (params.limit - params.limit)}"]
        texts += [f"${{{text}.missing}}" for text in record] + [f"${{{text}.items[50]}}" for text in record]
        step["with"]["broken"] = self.random.choice(texts)

    def _error(self) -> tuple[str, str]:
        error = self.random.choice(sorted(_NAMES))
        return error, self.random.choice(_NAMES[error])
