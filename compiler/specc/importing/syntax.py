"""Python texts as syntax trees."""

from __future__ import annotations

import ast
import warnings

from specc.importing.values import ImportProblem, Where


def parsed(text: str, name: str) -> ast.Module:
    """The syntax tree of a Python text. Raises ImportProblem."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what Python warns of there is the author's
            return ast.parse(text, name)
    except SyntaxError as error:
        where = Where(name, error.lineno or 1, max((error.offset or 1) - 1, 0))
        raise ImportProblem("SPC602", f"`{name}` is not Python: {error.msg}", where) from None
    except (RecursionError, MemoryError):
        raise ImportProblem("SPC602", f"`{name}` is nested too deeply to read") from None
    except ValueError as error:
        raise ImportProblem("SPC602", f"`{name}` is not Python: {error}") from None
