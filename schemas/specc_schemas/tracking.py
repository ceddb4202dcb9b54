"""Where a run's metrics go besides its own folder."""

import re
from typing import Annotated, Any

from specc_schemas.base import Model
from specc_schemas.checked import Checked, invalid, shown, wrong_type
from specc_schemas.values import Text, form

_SERVER = r"https?://[^\s/@]+(?:/[^\s@]*)?|off"
"""Never with a password in it: that would be shown."""


_FEW = 10
"""Repetitions that cost little."""
_EXAMPLE = 'write for example `"loss=([0-9.]+)"`'


def _check_pattern(value: Any) -> Any:
    if not isinstance(value, str) or not value:
        raise wrong_type(value, "a regular expression", _EXAMPLE)
    try:
        compiled = re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise invalid("specc_form", f"`{shown(value)}` is not a regular expression: {error}", help=_EXAMPLE) from None
    if compiled.groups == 1 and "step" in compiled.groupindex:
        advice = "give the number a group of its own: `(?P<step>[0-9]+) loss=([0-9.]+)`"
        raise invalid(
            "specc_form", f"the only group of `{shown(value)}` is `step`, and none is left for the number", help=advice
        )
    if _is_endless(value):
        advice = "repeat once, `[0-9]+` instead of `([0-9]+)+`; else a line that almost fits is tried in ever more ways"
        raise invalid("specc_form", f"`{shown(value)}` repeats what is nothing but a repetition", help=advice)
    return value


def _is_endless(pattern: str) -> bool:
    """Whether a repetition is repeated, with nothing between: `(a+)+` takes for ever to find no match."""
    waiting: list[tuple[Any, bool]] = [(re._parser.parse(pattern), False)]  # type: ignore[attr-defined]  # noqa: SLF001  # the only parser of Python's expressions
    while waiting:
        items, repeated = waiting.pop()
        for operation, argument in items:
            word, alone = str(operation), repeated and len(items) == 1
            if word in ("MAX_REPEAT", "MIN_REPEAT"):
                many = argument[1] > _FEW
                if many and alone:
                    return True
                waiting.append((argument[2], many or alone))
            elif word == "SUBPATTERN":
                waiting.append((argument[3], alone))
            elif word == "BRANCH":
                waiting += [(branch, alone) for branch in argument[1]]
            elif word in ("ASSERT", "ASSERT_NOT"):
                waiting.append((argument[1], False))
    return False


MetricPattern = Annotated[
    str, Checked(_check_pattern, {"type": "string", "minLength": 1, "examples": ["loss=([0-9.]+)"]})
]
"""A regular expression whose first group, or whole match, is a number; a group `step` is the number of the step."""


class Tracking(Model):
    """Tracking of experiments: runs with their parameters, metrics and files."""

    mlflow: Annotated[str, form(_SERVER, "the address of an MLflow server", '"http://127.0.0.1:5000"')] | None = None
    """Address of an MLflow server, or `off`. A user and password stand in `MLFLOW_TRACKING_USERNAME` and
    `MLFLOW_TRACKING_PASSWORD`, a token in `MLFLOW_TRACKING_TOKEN`. Default: none.
    Example: `"http://127.0.0.1:5000"`."""
    experiment: Text | None = None
    """The experiment that runs belong to; it is made where there is none. Default: the spec's name.
    Example: `"birds"`."""
    tags: dict[str, str] | None = None
    """Tags of every run. Default: none. Example: `{ team = "data" }`."""
