"""How work with Pulumi ends other than well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from specc.targets import TargetError

if TYPE_CHECKING:
    from specc.diagnostics import Diagnostic


class NotThere(TargetError):  # noqa: N818  # the name says it
    """Something outside is missing: the CLI, a package, a passphrase."""

    code = 3


class NoCommand(NotThere):
    """There is no Pulumi CLI."""


class Failed(TargetError):  # noqa: N818  # the name says it
    """The engine has failed, and this is what is known of it; `diagnostics` stand at the spec's lines."""

    def __init__(
        self, message: str, code: int, diagnostics: Sequence[Diagnostic] = (), texts: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.diagnostics = tuple(diagnostics)
        self.texts = dict(texts or {})


class Interrupted(TargetError):  # noqa: N818  # the name says it
    """The user has stopped it."""

    code = 130
