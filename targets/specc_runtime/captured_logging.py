"""Listens to the standard library's `logging` without standing in the way of what users set up themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class _Named(logging.Formatter):
    """The message, after the logger's name where it has one."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # the base's name
        return record.message if record.name == "root" else f"{record.name}: {record.message}"


class Handler(logging.Handler):
    """Hands on every record that no other handler writes to the caught streams, which would show it twice."""

    def __init__(self, streams: tuple[Any, ...], logged: Callable[[logging.LogRecord, str], None]) -> None:
        super().__init__()
        self.setFormatter(_Named())
        self._streams, self._logged = streams, logged

    def emit(self, record: logging.LogRecord) -> None:
        """Hand a record on."""
        if self.covered(record.name):
            return
        try:
            self._logged(record, self.format(record))
        except Exception:  # as every handler does: a record with wrong arguments is told, and the step goes on
            self.handleError(record)

    def covered(self, name: str) -> bool:
        """Whether a handler of the user's writes this logger's records to a caught stream."""
        logger: logging.Logger | None = logging.getLogger(name)
        while logger is not None:
            if any(self.writes_to_ours(handler) for handler in logger.handlers):
                return True
            logger = logger.parent if logger.propagate else None
        return False

    def writes_to_ours(self, handler: logging.Handler) -> bool:
        """Whether a handler writes to a caught stream."""
        return any(getattr(handler, "stream", None) is stream for stream in self._streams)


@contextmanager
def listening(handler: Handler) -> Iterator[None]:
    """Have `handler` get the records of all loggers meanwhile.

    `logging.basicConfig` does nothing where the root logger has a handler. Meanwhile it works as if ours were not
    there: it sets the level, and gives its format, if it has one, to ours instead of making another one beside it.
    """
    root, original = logging.getLogger(), logging.basicConfig
    level = root.level

    def configure(**options: Any) -> None:
        present = handler in root.handlers
        if present:
            root.handlers.remove(handler)
        try:
            original(**options)
            for made in [found for found in root.handlers if handler.writes_to_ours(found)]:
                if type(made) is logging.StreamHandler and present:
                    root.removeHandler(made)
                    handler.setFormatter(made.formatter if options.get("format") else _Named())
        finally:
            if present:
                root.addHandler(handler)

    root.addHandler(handler)
    logging.basicConfig = configure
    try:
        yield
    finally:
        if logging.basicConfig is configure:
            logging.basicConfig = original
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
