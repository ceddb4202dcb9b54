"""What can be wrong with a cluster."""

from __future__ import annotations

from specc_targets.local.engines import EngineMissing


class EngineError(EngineMissing):
    """The cluster cannot be used; the message is for the user, and says what to do."""


class WorkerDiedError(Exception):
    """A batch has ended more workers than a cluster puts up with. The argument says how many, where that is known."""


def said(error: BaseException) -> str:
    """What an error says, in one line."""
    return " ".join(str(error).split())[:300] or type(error).__name__


def version() -> str:
    """Of this specc: workers need the same."""
    from importlib.metadata import version as installed

    return installed("specc")
