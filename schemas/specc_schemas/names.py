"""Names that the user gives to things, and what they may look like.

A step's name is an identifier (`^[A-Za-z_][A-Za-z0-9_]{0,62}$`) because expressions speak of it: in
`${steps.get-birds}` the hyphen would be a minus. The same holds for parameters, names bound by `each`, matrix axes and
outputs. 63 characters leave room for the prefix and suffix that state names get on Step Functions (80 at most).
Profiles and stacks are never part of an expression, so they may have hyphens.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any

from specc_schemas.checked import Checked, invalid, shown, wrong_type

SPEC_NAME = r"[a-z][a-z0-9-]{0,47}"
IDENTIFIER = r"[A-Za-z_][A-Za-z0-9_]{0,62}"
LABEL = r"[A-Za-z][A-Za-z0-9_-]{0,47}"
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]{0,254}"


def _checker(pattern: str, rule: str, mend: Callable[[str], str]) -> Callable[[Any], str]:
    matches = re.compile(pattern).fullmatch

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong_type(value, "a string")
        if matches(value):
            return value
        better = mend(value[:48])
        raise invalid(
            "specc_name",
            f"`{shown(value)}` cannot be a name here: {rule}",
            help=f"for example `{better}`" if matches(better) else "",
            better=better if matches(better) else "",
        )

    return check


def plain_letters(text: str) -> str:
    """The text with letters of English in place of their like: `e` for `é`."""
    if text.isascii():
        return text
    import unicodedata  # late: few names need it

    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _identifier(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]+", "_", re.sub(r"^[^A-Za-z_]+", "", plain_letters(text)))


def _hyphened(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", re.sub(r"^[^A-Za-z]+", "", plain_letters(text)).lower()).strip("-")


check_label = _checker(LABEL, "use letters, digits, `-` and `_`, a letter first, 48 characters at most", _hyphened)
"""Accept the name of a compute profile or a stack."""


def _name(pattern: str, rule: str, mend: Callable[[str], str]) -> Checked:
    return Checked(_checker(pattern, rule, mend), {"type": "string", "pattern": f"^{pattern}$"})


SpecName = Annotated[
    str,
    _name(SPEC_NAME, "use lower-case letters, digits and `-`, a letter first, 48 characters at most", _hyphened),
]
"""The name of a spec."""

Identifier = Annotated[
    str,
    _name(IDENTIFIER, "use letters, digits and `_`, not a digit first, 63 characters at most", _identifier),
]
"""A name that expressions can use: of a step, a parameter, an item, an output."""

LabelName = Annotated[str, Checked(check_label, {"type": "string", "pattern": f"^{LABEL}$"})]
"""The name of a compute profile or a stack."""

VariableName = Annotated[
    str,
    _name(VARIABLE, "use letters, digits and `_`, not a digit first", _identifier),
]
"""The name of an environment variable."""
