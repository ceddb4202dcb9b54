"""How programs end: what their status means, and the error that a failure is."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterable, Mapping, Sequence

from specc_runtime.errors import CommandError
from specc_runtime.programs.streams import TOLD

OK = "ok"
"""The meaning of a status that is no failure."""
_IN_WORDS = {
    126: "status 126: something that it calls is no program, or may not be run",
    127: "status 127: a program that it calls was not found",
}
_SIGNALS = {"SIGKILL": " (killed from outside; often because memory ran out)", "SIGSEGV": " (it crashed)"}
_ENDED = re.compile(r"`.*?` (?:failed with status (\d+)|was ended by signal (\d+))", re.DOTALL)


def check_status(
    status: int, shown: str, last: Iterable[str] = (), exit_codes: Mapping[str, str] | None = None
) -> None:
    """Raise `CommandError` where `status`, as `Popen` gives it, is a failure.

    `exit_codes` gives statuses a meaning: `ok`, or the name of the error, which goes by `CommandError` and `exit`, too.
    `shown` is the program for people, `last` the last lines of its standard error.
    """
    meaning = (exit_codes or {}).get(str(status))
    if (status == 0 and meaning is None) or meaning == OK:
        return
    error: type[CommandError] = CommandError
    if meaning is not None:
        error = type(meaning, (CommandError,), {"__module__": "builtins"})
    raise error(_message(status, shown, list(last)))


def status_of(message: str) -> int | None:
    """The status in the message of a failure that `check_status` raised, negative for a signal; None for any other."""
    found = _ENDED.match(message)
    if found is None:
        return None
    return int(found[1]) if found[1] is not None else -int(found[2])


def shown(arguments: Sequence[str]) -> str:
    """A command for people."""
    text = shlex.join(arguments)
    return text if len(text) <= TOLD else f"{text[:TOLD]}…"


def _message(status: int, shown: str, last: list[str]) -> str:
    if status < 0:
        text = f"`{shown}` was ended by {_signal(-status)}"
    else:
        text = f"`{shown}` failed with {_IN_WORDS.get(status, f'status {status}')}"
    if not last:
        return text
    return f"{text}: {last[-1]}" + ("\nthe last it said:\n" + "\n".join(last) if len(last) > 1 else "")


def _signal(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
    return f"signal {number}, {name}{_SIGNALS.get(name, '')}"
