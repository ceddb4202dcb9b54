"""What goes wrong in generated specs, arranged so that it is determined which error ends what."""

from __future__ import annotations

from random import Random
from typing import Any

from conformance.generator.values import Scope, argument, condition, record

_NAMES = {
    "ValueError": ["ValueError", "Exception", "*"],
    "KeyError": ["KeyError", "LookupError", "*"],
    "ConnectionResetError": ["ConnectionError", "OSError", "*"],
    "TimeoutError": ["TimeoutError", "*"],
    "OddBirdError": ["OddBirdError", "ValueError", "inventive.OddBirdError", "*"],
}
"""Under which names each error can be caught."""
_WRONG = ("ZeroDivisionError", "FileNotFoundError", "CodecError", "UnicodeError", "IndexError")
"""Names that catch none of them."""
_NO_LIST = "${coalesce(params.words[99], 7)}"


class Faults:
    """Chooses faults."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.escaped = False
        """Whether any was not caught where it arose."""
        self.names: list[str] = ["*"]
        """How the one that escaped last can be caught."""

    def recovering(self, step: dict[str, Any]) -> None:
        """Make a call that fails at first and then succeeds, by its own retries."""
        times = self.random.randint(1, 2)
        names = self._stumbling(step, times)
        step["retry"] = self.retry(times, names)

    def stumbling(self, step: dict[str, Any], times: int) -> None:
        """Make a call that fails at first, which something around it retries."""
        self.escaped = True
        self.names = self._stumbling(step, times)

    def retry(self, times: int, names: list[str]) -> dict[str, Any]:
        """A policy that retries at least so often, and the errors of any of the names."""
        found: dict[str, Any] = {"max": times + self.random.randrange(2), "delay": "10ms"}
        if self.random.random() < 0.6:
            found["on"] = [*self.random.sample(_WRONG, self.random.randrange(2)), self.random.choice(names)]
        return found

    def caught(self, step: dict[str, Any], siblings: dict[str, Any], handler: str, scope: Scope) -> None:
        """Make a call that fails, for some or for all arguments, and is caught by the step itself."""
        names = self._failing(step)
        if self.random.random() < 0.3:
            step["retry"] = {"max": 1, "delay": "10ms"}
        step["on_error"] = self.handled(names, siblings, handler, scope)

    def handled(self, names: list[str], siblings: dict[str, Any], handler: str, scope: Scope) -> dict[str, Any]:
        """An `on_error` that catches by one of the names, perhaps with entries before it and after it that do not."""
        random = self.random
        name = random.choice(names)
        found: dict[str, Any] = {wrong: {"use": "wrong"} for wrong in random.sample(_WRONG, random.choice([0, 0, 1]))}
        found[name] = {"run": handler} if random.random() < 0.4 else {"use": self._record(scope)}
        if name != "*" and random.random() < 0.2:
            found["*"] = {"use": "wrong"}
        if "run" in found[name]:
            siblings[handler] = self._handler(siblings, handler, scope)
        return found

    def _handler(self, siblings: dict[str, Any], name: str, scope: Scope) -> dict[str, Any]:
        given = {"error": "${error.name}: ${error.message}", "more": argument(self.random, scope)}
        given["seen"] = [f"${{{item}}}" for item in scope.items]
        step: dict[str, Any] = {"call": "inventive:make", "with": given}
        step["with"] |= {"name": name, "directory": "${params.directory}"}
        chance = self.random.random()
        if chance < 0.15:
            step = {"steps": {f"{name}_in": step, f"{name}_on": self._after(f"{name}_in", name)}}
        elif chance < 0.35:
            self.caught(step, siblings, f"{name}_h", scope)
        if self.random.random() < 0.3:
            tests = [
                "error.name == 'ValueError'",
                "error.name in ['LookupError', 'OSError']",
                "'failed' in error.message",
            ]
            step["when"] = f"${{{self.random.choice([*tests, condition(self.random, scope)])}}}"
        return step

    def _after(self, inner: str, name: str) -> dict[str, Any]:
        given = {"name": name, "directory": "${params.directory}", "inner": f"${{steps.{inner}}}"}
        return {"call": "inventive:make", "with": given | {"why": "${error.message}"}}

    def escaping(self, step: dict[str, Any]) -> None:
        """Make a call that fails, for some or for all arguments, and catches something else."""
        self.escaped = True
        self.names = self._failing(step)
        if self.random.random() < 0.15:
            step["on_error"] = {self.random.choice(self.names): {"use": self.broken()}}
        elif "each" in step and "repeat" not in step and self.random.random() < 0.2:
            step["tolerate"] = "10%"
            step["with"]["one_in"] = 1
            self.names = ["ToleranceExceeded", "*"]
        elif self.random.random() < 0.3:
            step["on_error"] = {self.random.choice(_WRONG): {"use": "wrong"}}
        if self.random.random() < 0.2:
            step["retry"] = {"max": 1, "delay": "10ms", "on": [self.random.choice(_WRONG)]}
        elif self.random.random() < 0.2:
            step["retry"] = {"max": 1, "delay": "10ms", "on": [self.random.choice(self.names)]}

    def broken(self) -> str:
        """An expression that fails; its value could be anything."""
        self.escaped = True
        self.names = ["ExpressionError", "*"]
        return "${params.words[99]}"

    def losing(self, step: dict[str, Any]) -> None:
        """Make a batch lose an item; one batch at a time, because the error tells its size."""
        self.escaped = True
        self.names = ["BatchSizeMismatch", "*"]
        step["call"] = "inventive:lose_last"
        step["max_parallel"] = 1

    def breaking(self, step: dict[str, Any], scope: Scope) -> None:
        """Make an expression, a list or a loop of a step fail."""
        self.escaped = True
        self.names = ["ExpressionError", "*"]
        record = [value.text for value in scope.values if value.kind == "record"]
        texts = ["params.words[99]", "params.limit // (params.limit - params.limit)"]
        texts += [f"{text}.given['missing']" for text in record] + [f"{text}.items[50]" for text in record]
        text = self.random.choice(texts)
        chance = self.random.random()
        if chance < 0.25 and "each" not in step and "repeat" not in step:
            step["when"] = f"${{{text} == 1}}"
        elif chance < 0.5 and "each" in step and "repeat" not in step:
            name = next(iter(step["each"]))
            error, broken = self.random.choice([("ExpressionError", "${params.words[99]}"), ("NotAList", _NO_LIST)])
            self.names = [error, "*"]
            step["each"][name] = broken
        elif chance < 0.6 and "each" in step:
            self.names = ["UnequalLengths", "*"]
            step["each"]["many"] = list(range(11))
        elif chance < 0.7 and "repeat" in step:
            step["repeat"] = {"start": step["repeat"]["start"], "max": 2, "until": "${last.number < 0}"}
            self.names = ["LoopExhausted", "*"]
        elif chance < 0.8 and "repeat" in step:
            step["repeat"]["until"] = "${last.items[99] == 1}"
        else:
            step["with"]["broken"] = f"${{{text}}}"

    def _failing(self, step: dict[str, Any]) -> list[str]:
        error = self.random.choice(sorted(_NAMES))
        step["call"] = "inventive:fail_sometimes"
        step["with"] |= {"one_in": self.random.choice([1, 1, 2]), "error": error}
        return _NAMES[error]

    def _stumbling(self, step: dict[str, Any], times: int) -> list[str]:
        error = self.random.choice(sorted(_NAMES))
        step["call"] = "inventive:stumble"
        step["with"] |= {"times": times, "error": error}
        return _NAMES[error]

    def _record(self, scope: Scope) -> dict[str, Any]:
        given = self.random.choice(["${error.message}", "by ${error.name}", argument(self.random, scope)])
        return record("used", given)
