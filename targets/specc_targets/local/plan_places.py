"""Where the parts of a plan stand in the text of its spec."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from specc_targets.local.plan import Locate

if TYPE_CHECKING:
    from specc.diagnostics import Place
    from specc.source import Spec


def locator(spec: Spec) -> Locate:
    """What says `file:line:column` of a place. Files are named from the folder of the spec, as on any machine."""
    names: dict[str, str] = {}

    def locate(place: Place) -> str:
        span = spec.locate(place)
        if span.file not in names:
            names[span.file] = Path(os.path.relpath(span.file, spec.root)).as_posix()
        return f"{names[span.file]}:{span.start.line}:{span.start.column}"

    return locate
