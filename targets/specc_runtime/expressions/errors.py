"""What can go wrong in an expression."""

from __future__ import annotations


class ExpressionSyntaxError(Exception):
    """The text is not an expression. Offsets count characters of the whole string that was given.

    `kind` tells `syntax`, `unclosed`, `operator`, `function`, `arguments` and `size` apart; `replacement` mends the
    text between `start` and `end` where that is certain.
    """

    def __init__(
        self,
        message: str,
        start: int,
        end: int,
        help: str | None = None,
        kind: str = "syntax",
        replacement: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = max(end, start)
        self.help = help
        self.kind = kind
        self.replacement = replacement

    def shifted(self, offset: int) -> ExpressionSyntaxError:
        """The same error, `offset` characters further on."""
        return ExpressionSyntaxError(
            self.message, self.start + offset, self.end + offset, self.help, self.kind, self.replacement
        )


class ExpressionError(Exception):
    """An expression that is well written has no value: a field is missing, a number is divided by zero, ..."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class MissingError(ExpressionError):
    """A field, an item or a name is not there. Inside `coalesce` the next argument is taken instead."""


class Skipped(Exception):  # noqa: N818  # not an error: the step that reads the value is skipped too
    """The value of a skipped step was used outside `coalesce`."""

    def __init__(self, step: str) -> None:
        super().__init__(f"step `{step}` was skipped")
        self.step = step


class SkippedAccess(Skipped):
    """The value of a skipped step was read; directly inside `coalesce` the next argument is taken instead."""
