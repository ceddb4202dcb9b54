"""What the commands about stacks of Pulumi share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from specc.cli.deployed import Chosen, choose
from specc.cli.deployed import told as told_of_aws
from specc.cli.report import Failure, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from specc.diagnostics import Diagnostic


@dataclass(frozen=True)
class _Located:
    """A failure at the lines of a spec."""

    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, str]


class EngineFailure(Failure):
    """Ends a command with what the engine has failed with, at the spec's lines."""

    def __init__(self, message: str, code: int, name: str, located: _Located) -> None:
        super().__init__(message, code, name=name)
        self.located = located

    def show(self, file: Any = None) -> None:
        """Print all of it."""
        show(self.located.diagnostics, self.located.texts, stream=file)


def driver() -> Any:
    """The driver of stacks of Pulumi."""
    from specc.targets import driver as load

    return load("pulumi")


@contextmanager
def told() -> Iterator[None]:
    """End the command when the engine, or what leads to it, does not do what is asked."""
    from specc.targets import TargetError

    with told_of_aws():
        try:
            yield
        except TargetError as error:
            found = getattr(error, "diagnostics", ())
            if not found:
                raise
            located = _Located(tuple(found), getattr(error, "texts", {}))
            raise EngineFailure(str(error), error.code, type(error).__name__, located) from None


@contextmanager
def at_work(spec: str, stack: str) -> Iterator[Chosen]:
    """Work on a stack: a sound spec in its environment, with no other command at work on that meanwhile."""
    with told():
        chosen = choose(spec, stack)
        with driver().alone(chosen.compilation, spec):
            yield chosen


def print_outputs(outputs: Mapping[str, tuple[Any, bool]], *, secrets: bool = False) -> None:
    """Each output on a line, as `NAME = VALUE`."""
    import click

    for name, value in told_values(outputs, secrets=secrets).items():
        click.echo(f"{name} = {value if isinstance(value, str) else _json(value)}")


def told_values(outputs: Mapping[str, tuple[Any, bool]], *, secrets: bool = False) -> dict[str, Any]:
    """The values of outputs; what is secret is only told where that is asked for."""
    return {name: value if secrets or not secret else "[secret]" for name, (value, secret) in outputs.items()}


def _json(value: Any) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)
