"""What the commands about deployed machines share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from specc.cli.report import Failure, compile_or_exit

if TYPE_CHECKING:
    from specc.frontend import Compilation
    from specc.ir.module import Module

STACK = click.option("--stack", metavar="NAME", required=True, help="The environment: one of `[stacks]` in the spec.")
MAYBE_STACK = click.option("--stack", metavar="NAME", help="Of the machine that is deployed to this environment.")
SPEC = click.option(
    "--spec", metavar="SPEC", help="With `--stack`: whose machine.  [default: the spec that was deployed from here]"
)


@dataclass(frozen=True)
class Chosen:
    """A spec in one of its environments."""

    driver: Any
    """The driver `deployed`."""
    spec: str
    compilation: Compilation

    @property
    def module(self) -> Module:
        """The module, with the overrides of the stack."""
        assert self.compilation.module is not None, "a spec without errors has a module"
        return self.compilation.module

    @property
    def stack(self) -> str:
        """The stack's name."""
        return self.module.deployment.stack

    def history(self) -> Any:
        """The runs of its machine."""
        return self.driver.history(self.module, self.spec)


def driver() -> Any:
    """The driver of deployed machines."""
    from specc.targets import driver as load

    return load("deployed")


def choose(spec: str, stack: str) -> Chosen:
    """A sound spec in an environment. Ends the command with 2 where it is not."""
    found = Chosen(driver(), spec, compile_or_exit(spec, stack=stack))
    found.driver.remember(spec, stack)
    return found


def choose_for_run(run: str | None, spec: str | None, stack: str) -> Chosen:
    """The same where a command names a run: without a spec, the one of those deployed from here that has it."""
    if spec is not None:
        return choose(spec, stack)
    known = driver().remembered(stack)
    if not known:
        raise Failure(f"no spec was deployed to `{stack}` from here; name it with `--spec`", 2)
    if len(known) > 1 and run is not None:
        for candidate in reversed(known):
            chosen = choose(candidate, stack)
            if _has(chosen, run):
                return chosen
    if len(known) > 1:
        listed = ", ".join(f"`{item}`" for item in known)
        raise Failure(f"several specs were deployed to `{stack}` from here ({listed}); name one with `--spec`", 2)
    return choose(known[0], stack)


def _has(chosen: Chosen, run: str) -> bool:
    from specc.targets import TargetError

    try:
        chosen.history().machine.execution(run)
    except (LookupError, TargetError):
        return False
    return True


@contextmanager
def told() -> Iterator[None]:
    """End the command with one line when AWS, or what leads there, does not do what is asked."""
    from specc.targets import TargetError

    try:
        yield
    except TargetError as error:
        raise Failure(str(error), error.code, name=type(error).__name__) from None
    except LookupError as error:
        if type(error) is not LookupError:  # a `KeyError` is a bug
            raise
        raise Failure(str(error), 2) from None


def say(text: str) -> None:
    """Tell how something goes on."""
    click.echo(text, err=True)
