"""Terminal colors, or none."""

from __future__ import annotations

from specc.diagnostics.diagnostic import Severity

_CODES = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.HINT: "1;36"}
_BOLD, _BLUE, _RESET = "1", "1;34", "\x1b[0m"


class Styles:
    """Wraps text in color codes when colors are on; gives it back unchanged when they are off."""

    def __init__(self, *, color: bool) -> None:
        self._color = color

    def severity(self, text: str, severity: Severity) -> str:
        """The color of how bad a finding is."""
        return self._wrap(text, _CODES[severity])

    def strong(self, text: str) -> str:
        """What is to be read first."""
        return self._wrap(text, _BOLD)

    def frame(self, text: str) -> str:
        """Line numbers, bars, and secondary labels."""
        return self._wrap(text, _BLUE)

    def _wrap(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}{_RESET}" if self._color and text.strip() else text
