"""Values with units. A spec keeps the text (`"5m"`); the parsers here give plain numbers.

Durations are seconds, sizes bytes, percentages numbers from 0 to 100.
"""

import re
from typing import Annotated, Any

from specc_schemas.checked import Checked, described, invalid, shown

DURATION = r"(?:[0-9]{1,9}(?:\.[0-9]{1,9})?(?:ms|s|m|h|d|w))+"
SIZE = r"[0-9]{1,12}(?:\.[0-9]{1,9})?(?:B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)"
PERCENT = r"(?:100(?:\.0{1,9})?|[0-9]{1,2}(?:\.[0-9]{1,9})?)%"

_duration = re.compile(DURATION).fullmatch
_size = re.compile(SIZE).fullmatch
_percent = re.compile(PERCENT).fullmatch

_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_BYTES = {
    unit: base**power
    for base, units in ((1000, ("B", "KB", "MB", "GB", "TB")), (1024, ("B", "KiB", "MiB", "GiB", "TiB")))
    for power, unit in enumerate(units)
}


def parse_duration(text: str) -> float:
    """Seconds of `"90s"`, `"1h30m"`, `"500ms"`. Units: ms, s, m, h, d, w. Raises ValueError."""
    if not _duration(text):
        raise ValueError(f"`{text}` is not a duration")
    parts = re.findall(r"([0-9.]+)(ms|s|m|h|d|w)", text)
    return float(sum(float(number) * _SECONDS[unit] for number, unit in parts))


def parse_size(text: str) -> int:
    """Bytes of `"512MiB"`. Units: B, KB to TB (powers of 1000), KiB to TiB (powers of 1024). Raises ValueError."""
    if not _size(text):
        raise ValueError(f"`{text}` is not a size")
    number = text.rstrip("KMGTiB")
    return round(float(number) * int(_BYTES[text[len(number) :]]))


def parse_percent(text: str) -> float:
    """The number before the `%` of `"2.5%"`, from 0 to 100. Raises ValueError."""
    if not _percent(text):
        raise ValueError(f"`{text}` is not a percentage")
    return float(text[:-1])


def check_duration(value: Any) -> str:
    """Accept the text of a duration."""
    if isinstance(value, str) and _duration(value):
        return value
    example = f'"{value}s"' if _is_number(value) else '"30s", "5m" or "1h30m"'
    raise _refused(value, "a duration with a unit (ms, s, m, h, d, w)", example)


def check_size(value: Any) -> str:
    """Accept the text of a size."""
    if isinstance(value, str) and _size(value):
        return value
    example = f'"{value}MiB"' if _is_number(value) else '"512MiB"` or `"32GiB"'
    raise _refused(value, "a size with a unit (B, KB, MB, GB, TB, KiB, MiB, GiB, TiB)", example)


def check_tolerance(value: Any) -> str | int:
    """Accept a number of items, or the text of a percentage."""
    if isinstance(value, str) and _percent(value):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    raise _refused(value, "a number of items (0 or more) or a percentage from 0% to 100%", '5` or `"1%"')


def is_duration(text: str) -> bool:
    """Whether `text` is a duration."""
    return _duration(text) is not None


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e9


def _refused(value: Any, expected: str, example: str) -> Exception:
    if isinstance(value, str):
        found = f"`{shown(value)}`"
    elif _is_number(value):
        found = f"the bare number `{value}`"
    else:
        found = described(value)
    return invalid("specc_quantity", f"expected {expected}, found {found}", help=f"write for example `{example}`")


Duration = Annotated[
    str,
    Checked(
        check_duration,
        {
            "type": "string",
            "pattern": f"^{DURATION}$",
            "description": "Units: ms, s, m, h, d, w.",
            "examples": ["30s", "5m", "1h30m"],
        },
    ),
]
"""A length of time with a unit, such as `"30s"`."""

Size = Annotated[
    str,
    Checked(
        check_size,
        {
            "type": "string",
            "pattern": f"^{SIZE}$",
            "description": "Units: B, KB, MB, GB, TB (powers of 1000), KiB, MiB, GiB, TiB (of 1024).",
            "examples": ["512MiB", "32GiB"],
        },
    ),
]
"""An amount of memory or data with a unit, such as `"512MiB"`."""

Tolerance = Annotated[
    int | str,
    Checked(
        check_tolerance,
        {
            "description": "A bare number counts items; with `%` it is a percentage of them.",
            "oneOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string", "pattern": f"^{PERCENT}$", "examples": ["1%"]},
            ],
        },
    ),
]
"""A number of items, or a percentage of all items such as `"1%"`."""
