"""How large a spec may be. Generous for people; they bound the time and memory that hostile input can take."""

from typing import Final

MAX_BYTES: Final = 8 * 1024 * 1024
"""Size of one file."""

MAX_TOTAL_BYTES: Final = 4 * MAX_BYTES
"""Size of a file and everything it extends."""

MAX_DEPTH: Final = 64
"""Nesting of tables and lists; also parts of one dotted key."""

MAX_FILES: Final = 64
"""A file and everything it extends."""

MAX_EXTENDS_DEPTH: Final = 16
"""Files that extend files that extend files."""

MAX_ALIASED_VALUES: Final = 100_000
"""Values that YAML aliases may stand for, counted as if each were written out."""
