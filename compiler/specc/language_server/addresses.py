"""Files by the addresses that editors give them."""

from __future__ import annotations

import os
from pathlib import Path

from pygls import uris

_UNNAMED = Path("unnamed")


def path_of(uri: str) -> Path:
    """The file that an address names, be it there or not; one of no name where no machine can have it."""
    found = uris.to_fs_path(uri) or uri
    try:
        os.fsencode(found)
    except ValueError:
        return _UNNAMED
    return _UNNAMED if "\0" in found else Path(found)
