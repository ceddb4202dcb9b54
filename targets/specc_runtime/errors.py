"""How failures are named. A Python exception and a name in a spec meet here, for every engine alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc_runtime.expressions import ExpressionError

ANY = "*"
"""The declared name that every error matches."""
TIMEOUT = "timeout"
"""The name of an attempt that took longer than its step allows."""
LOST = "lost"
"""The name of an attempt whose process ended without an answer."""
INTERRUPTED = "Interrupted"
"""The name under which a run fails that was asked to stop."""
LONGEST_MESSAGE = 8 * 1024
"""Characters of a message that are kept: a state of a workflow holds 256 KiB, the message and the stack included."""
EXIT = "exit"
"""The name of a program, or of a function, that ended with a status other than 0."""
_ALSO = {TIMEOUT: "TimeoutError", "SystemExit": EXIT}


class SpeccError(Exception):
    """A failure that specc itself finds while a step runs. Its class name is the error's name on every engine."""


class ArgumentMismatch(SpeccError, TypeError):  # noqa: N818  # these names are part of the language
    """An argument is not what the function's annotation says, and cannot be made so."""


class BatchSizeMismatch(SpeccError):  # noqa: N818  # these names are part of the language
    """A function that was handed a batch gave something else than a list of the same length."""


class CodecError(SpeccError):
    """A value cannot be stored, or what is stored cannot be read back."""


class CommandError(SpeccError):
    """A program could not be run, or ended with a status other than 0. Also goes by the name `exit`."""


class FunctionNotFound(SpeccError):  # noqa: N818  # part of the language
    """There is no such module, or no such function in it."""


class InvalidParameters(SpeccError):  # noqa: N818  # part of the language
    """The run's parameters do not fit what the spec declares."""


class LoopExhausted(SpeccError):  # noqa: N818  # part of the language
    """A loop reached its `max` and `until` was never true."""


class NobodyToAsk(SpeccError):  # noqa: N818  # part of the language
    """A step asks a person, where there is none."""


class NotAList(SpeccError):  # noqa: N818  # part of the language
    """A source of `each` is not a list."""


class OutputMismatch(SpeccError):  # noqa: N818  # part of the language
    """What a program printed is not what its step says that it is."""


class Rejected(SpeccError):  # noqa: N818  # part of the language
    """A person was asked, and refused."""


class SecretNotFound(SpeccError):  # noqa: N818  # part of the language
    """A secret is not where the spec says."""


class ToleranceExceeded(SpeccError):  # noqa: N818  # part of the language
    """More items of a map failed than it tolerates."""


class UnequalLengths(SpeccError):  # noqa: N818  # part of the language
    """The sources of one `each` have different lengths."""


def class_names(error: BaseException) -> tuple[str, ...]:
    """The names under which `error` can be declared: of each class in its MRO, bare and as `module.Name`."""
    found: dict[str, None] = {}
    for cls in type(error).__mro__[:-1]:  # never `error.__class__`, which may be a user's property
        if issubclass(cls, ExpressionError) and cls is not ExpressionError:
            continue  # finer distinctions than the language makes
        found[cls.__name__] = None
        found[f"{cls.__module__}.{cls.__qualname__}"] = None
        if cls.__name__ in _ALSO:
            found[_ALSO[cls.__name__]] = None
        if cls is CommandError:  # by itself, for a user's class may have the same name
            found[EXIT] = None
    return tuple(found)


def names_of(name: str) -> tuple[str, ...]:
    """The names under which an error can be declared of which only its name is known."""
    return (name, _ALSO[name]) if name in _ALSO else (name,)


def error_name(names: Sequence[str], declared: Iterable[str]) -> str:
    """The name an error leaves a step under.

    `names` are those of its classes, most derived first; the first that is declared is chosen, else the class's own.
    """
    known = set(declared)
    return next((name for name in names if name in known), names[0])


def matches(names: Iterable[str], declared: Iterable[str]) -> bool:
    """Whether an error with these class names is one of the declared ones."""
    known = set(declared)
    return ANY in known or not known.isdisjoint(names)


def message_of(error: BaseException) -> str:
    """`str(error)`, even when that fails itself; cut where it is longer than `LONGEST_MESSAGE`."""
    try:
        message = str.__str__(str(error))
        return (
            message if len(message) <= LONGEST_MESSAGE else f"{message[:LONGEST_MESSAGE]}… ({len(message)} characters)"
        )
    except BaseException:  # a user's `__str__` may do anything, also `sys.exit`
        return f"<{type(error).__name__} without a readable message>"
