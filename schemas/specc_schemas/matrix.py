"""A step for each configuration: the axes of a matrix, and where whole configurations come from."""

import math
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from specc_schemas.base import Model
from specc_schemas.checked import Checked, Shorthand, invalid, wrong_type
from specc_schemas.choices import MatrixMode, Scale
from specc_schemas.names import Identifier
from specc_schemas.values import FunctionName, JsonValue

MOST_CELLS = 1_000
"""How many configurations a matrix may have that says nothing of it."""
_Count = Annotated[int, Field(ge=1, le=100_000)]


def _check_number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type(value, "a number", "write for example `0.1`")
    if not math.isfinite(value):
        raise invalid("specc_json", f"`{value}` is not a number that JSON can hold")
    return value


_Number = Annotated[Any, Checked(_check_number, {"type": "number"})]
"""An integer stays one."""
_Numbers = Annotated[list[_Number], Field(min_length=3, max_length=3)]


class MatrixSource(Model):
    """Configurations that a function gives: it is called when the run comes to the step, never while compiling."""

    call: FunctionName
    """Required. The function that gives them, as a list or a generator of tables. Example: `"sweeps:generate"`."""
    with_: Annotated[dict[str, JsonValue] | None, Field(alias="with")] = None
    """The function's arguments; values may hold expressions. Default: none. Example: `{ seed = 1 }`."""
    max: _Count | None = None
    """The run fails where the function gives more configurations than this. Default: `1000`. Example: `100`."""


class MatrixRandom(Model):
    """Numbers drawn at random, the same ones each time."""

    from_: Annotated[_Number, Field(alias="from")]
    """Required. The least number. Example: `0.0`."""
    to: _Number
    """Required. No number is as great as this. Example: `1.0`."""
    count: _Count
    """Required. How many numbers. Example: `10`."""
    scale: Scale | None = None
    """How numbers are spread. Default: `"linear"`. Example: `"log"`."""
    integer: bool | None = None
    """Draw whole numbers. Default: `false`. Example: `true`."""
    seed: int | None = None
    """Another seed gives other numbers. Default: `0`. Example: `1`."""


class MatrixNumbers(Model):
    """An axis of numbers, by exactly one of the rules."""

    range: Annotated[list[_Number], Field(min_length=1, max_length=3)] | None = None
    """As in Python `[stop]`, `[start, stop]` or `[start, stop, step]`, without the stop. Example: `[0, 5]`."""
    linspace: _Numbers | None = None
    """Evenly spaced numbers, `[start, stop, count]`, both ends included. Example: `[0, 1, 5]`."""
    log: _Numbers | None = None
    """Numbers that grow by a factor, `[start, stop, count]`, both ends included. Example: `[0.0001, 0.1, 4]`."""
    random: MatrixRandom | None = None
    """Drawn at random. Example: `{ from = 0.0001, to = 0.1, scale = "log", count = 10 }`."""


def _check_axis(value: Any) -> list[Any]:
    if isinstance(value, list) and value:
        checked: list[Any] = value
        return checked
    expected = "at least one value in the axis" if value == [] else "a list of values or `{ range = [start, stop] }`"
    raise wrong_type(value, expected, "write for example `[0.1, 0.01]`")


MatrixAxis = Annotated[list[Any] | MatrixNumbers, Shorthand(_check_axis, {"type": "array", "minItems": 1})]
"""The values that one name takes."""


class Sample(Model):
    """Some of the combinations, drawn at random; the same ones each time."""

    count: _Count
    """Required. How many. A larger sample begins with the smaller one. Example: `20`."""
    seed: int | None = None
    """Another seed gives another sample. Default: `0`. Example: `1`."""


def _check_sample(value: Any) -> dict[str, int]:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100_000:
        return {"count": value}
    raise wrong_type(value, "a number of combinations (1 to 100000) or a table", "write for example `sample = 20`")


SampleChoice = Annotated[
    Sample,
    Shorthand(_check_sample, {"type": "integer", "minimum": 1, "maximum": 100_000, "examples": [20]}, expand=True),
]
"""A table, or just the number."""


def _check_source(value: Any) -> Any:
    advice = 'write for example `from = [{ lr = 0.1, seed = 0 }]`, `"cells.csv"` or `{ call = "module:function" }`'
    if isinstance(value, str) and value.strip():
        return value
    if not isinstance(value, list) or not value:
        raise wrong_type(value, "a list of tables, the path of a file, or a table", advice)
    for index, cell in enumerate(value):
        if not isinstance(cell, dict) or not cell:
            what = "at least one value in the configuration" if cell == {} else "a table: name -> value"
            refused = wrong_type(cell, what, "write for example `{ lr = 0.1, seed = 0 }`")
            raise invalid("specc_type", refused.message(), help=advice, path=(index,))
    return value


_Listed = {
    "type": ["array", "string"],
    "minItems": 1,
    "items": {"type": "object", "minProperties": 1},
    "pattern": r"\S",
    "examples": ["cells.csv"],
}
MatrixFrom = Annotated[list[dict[str, Any]] | str | MatrixSource, Shorthand(_check_source, _Listed)]
"""Whole configurations: a list of tables, a file of them, or a function that gives them."""


class Matrix(Model):
    """The step once for each combination of its axes. Any other key is an axis: a list, or numbers by a rule."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="allow")
    __pydantic_extra__: dict[Identifier, MatrixAxis]

    from_: Annotated[MatrixFrom | None, Field(alias="from")] = None
    """Whole configurations: tables, a CSV, JSON, YAML or TOML file of them (path from the package's root), or a
    function; axes beside it multiply them. Default: none. Example: `"cells.csv"`."""
    mode: MatrixMode | None = None
    """How axes are combined. Default: `"grid"`. Example: `"zip"`."""
    exclude: list[dict[str, JsonValue]] | None = None
    """Leave out the combinations that have all values of one of these tables. Default: none.
    Example: `[{ lr = 0.1, seed = 3 }]`."""
    sample: SampleChoice | None = None
    """Keep only so many combinations, drawn at random but the same each time. Default: all. Example: `20`."""
    include: list[dict[str, JsonValue]] | None = None
    """Whole combinations to add at the end; they change none of the others. Default: none.
    Example: `[{ lr = 1.0, seed = 0 }]`."""
    max: _Count | None = None
    """Refuse more combinations than this. Default: `1000`. Example: `5000`."""
