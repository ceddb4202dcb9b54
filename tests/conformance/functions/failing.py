"""Functions that fail, always or so many times. Those that count keep a file in a folder of the run."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import Any


class BadBirdError(ValueError):
    """A subclass of a declared error."""


class WorseBirdError(BadBirdError):
    def __str__(self) -> str:
        return f"worse: {super().__str__()}"


class Aviary:
    class LockedError(Exception):
        """An error whose class is nested."""


_ERRORS: dict[str, type[Exception]] = {
    "ValueError": ValueError,
    "KeyError": KeyError,
    "ConnectionError": ConnectionError,
    "ConnectionResetError": ConnectionResetError,
    "TimeoutError": TimeoutError,
    "ZeroDivisionError": ZeroDivisionError,
    "FileNotFoundError": FileNotFoundError,
    "RuntimeError": RuntimeError,
    "BadBirdError": BadBirdError,
    "WorseBirdError": WorseBirdError,
    "LockedError": Aviary.LockedError,
}


def fail(error: str = "ValueError", message: str = "no such bird") -> Any:
    raise _ERRORS[error](message)


def fail_if(condition: bool, error: str = "ValueError", message: str = "no such bird") -> str:
    if condition:
        raise _ERRORS[error](message)
    return "fine"


def fail_on(item: Any, bad: list[Any], error: str = "ValueError") -> Any:
    if item in bad:
        raise _ERRORS[error](f"bad item {item}")
    return item


def fail_batch(items: list[Any], bad: list[Any]) -> list[Any]:
    for item in items:
        if item in bad:
            raise ValueError(f"bad item {item}")
    return items


def count(directory: str, name: str) -> int:
    """How often this has been called with `name` in this run, this time included."""
    path = Path(directory) / name
    with path.open("a") as file:
        file.write(".")
    return path.stat().st_size


def at_last(directory: str, name: str, attempts: int, error: str = "ConnectionError") -> int:
    """Fails until the given attempt."""
    attempt = count(directory, name)
    if attempt < attempts:
        raise _ERRORS[error](f"attempt {attempt}")
    return attempt


def calls(directory: str, name: str) -> int:
    """How often `count` or `at_last` were called with `name`."""
    path = Path(directory) / name
    return path.stat().st_size if path.exists() else 0


def append(directory: str, line: str) -> str:
    with (Path(directory) / "log").open("a") as file:
        file.write(line + "\n")
    return line


def log(directory: str) -> list[str]:
    path = Path(directory) / "log"
    return path.read_text().split() if path.exists() else []


def sleep(seconds: float, value: Any = None) -> Any:
    time.sleep(seconds)
    return value


def sleep_at_first(directory: str, name: str, seconds: float) -> int:
    attempt = count(directory, name)
    if attempt == 1:
        time.sleep(seconds)
    return attempt


def handle(name: str, message: str, **more: Any) -> dict[str, Any]:
    return {"handled": name, "message": message, **more}


def leave(status: int) -> None:
    sys.exit(status)


def fail_with_long_message(size: int) -> None:
    raise ValueError("m" * size)


def fail_with_cause() -> None:
    try:
        raise KeyError("inner")
    except KeyError as error:
        raise RuntimeError("outer") from error


def recurse(depth: int = 0) -> int:
    return recurse(depth + 1) + 1


def killed(at_first: str | None = None) -> int:
    """Its process is killed: always, or the first time that there is no such file."""
    if at_first is not None:
        if Path(at_first).exists():
            return 1
        Path(at_first).touch()
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def killed_on(item: Any, bad: list[Any]) -> Any:
    if item in bad:
        os.kill(os.getpid(), signal.SIGKILL)
    return item
