"""Values of steps and blocks that are not tables: any JSON, expressions, and short texts with a form of their own."""

import math
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from specc_schemas.checked import Checked, described, invalid, shown, wrong_type
from specc_schemas.quantities import check_duration, is_duration

EXPRESSION = r"^\s*\$\{[\s\S]*\}\s*$"
"""The pattern of a text that is one expression, for editors."""


def check_json(value: Any) -> Any:
    """Accept anything that JSON can hold; a date, an infinity or a key that is no string is refused at its path."""
    pending: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while pending:
        path, item = pending.pop()
        if item is None or isinstance(item, (str, bool, int)):
            continue
        if isinstance(item, float):
            if not math.isfinite(item):
                raise invalid("specc_json", f"`{item}` is not a number that JSON can hold", path=path)
        elif isinstance(item, list):
            pending.extend(((*path, index), child) for index, child in enumerate(item))
        elif isinstance(item, dict):
            for key, child in item.items():
                if not isinstance(key, str):
                    raise invalid(
                        "specc_json", f"key `{shown(key)}` is not a string", help="put the key in quotes", path=path
                    )
                pending.append(((*path, key), child))
        else:
            message = f"expected a JSON value, found {described(item)}"
            raise invalid("specc_json", message, help="put it in quotes", path=path)
    return value


def check_schema(value: Any) -> Any:
    """Accept a JSON Schema: a table, or true or false."""
    if isinstance(value, (dict, bool)):
        return check_json(value)
    kind = value if value in _TYPES else "string"
    raise wrong_type(value, "a table or a boolean", f'write the schema of the value: `{{ type = "{kind}" }}`')


_TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")


def is_expression(text: str) -> bool:
    """Whether a text looks like one whole `${...}`; the expression parser decides what is in it."""
    stripped = text.strip()
    return stripped.startswith("${") and stripped.endswith("}")


def check_expression(value: Any) -> str:
    """Accept the text of one expression."""
    if isinstance(value, str) and is_expression(value):
        return value
    if isinstance(value, bool):
        raise wrong_type(value, "an expression", f'write `"${{{str(value).lower()}}}"`')
    if not isinstance(value, str):
        raise wrong_type(value, "an expression", 'write it as `"${...}"`')
    found = f"expected an expression, found the text `{shown(value)}`"
    raise invalid("specc_form", found, help=f"write it as {_wrapped(value)}")


FILE_FORMATS = ("csv", "jsonl", "json", "objects")
"""What the items of a map can be read from: the rows of a file, or the files of a folder."""


def check_source(value: Any) -> Any:
    """Accept what can be iterated: a list, an expression that gives one, or a table that says where items are read."""
    if isinstance(value, list):
        return check_json(value)
    if isinstance(value, dict):
        return _check_file(value)
    if isinstance(value, str) and is_expression(value):
        return value
    raise wrong_type(value, "a list, or an expression that gives one", f"write it as {_wrapped(value)} or `[...]`")


def _check_file(value: dict[Any, Any]) -> Any:
    advice = 'write for example `{ csv = "s3://bucket/rows.csv" }`'
    if len(value) != 1 or next(iter(value)) not in FILE_FORMATS:
        raise wrong_type(value, f"one of the keys {', '.join(f'`{name}`' for name in FILE_FORMATS)}", advice)
    ((name, location),) = value.items()
    if not isinstance(location, str) or not location.strip():
        raise invalid("specc_form", f"`{name}` names a file, as `s3://bucket/key` or a path", help=advice, path=(name,))
    return value


def _wrapped(value: Any) -> str:
    """How a text that was meant as an expression is written; dots where that cannot be told."""
    inner = value.strip().removeprefix("{{").removesuffix("}}").strip() if isinstance(value, str) else ""
    reads = any(root in inner for root in ("params.", "steps.", "last.", "env.", "run."))
    plain = reads and inner.isprintable() and len(inner) <= 60 and not set(inner) & set('${}"`\\')
    return f'`"${{{inner}}}"`' if plain else '`"${...}"`'


def check_wait(value: Any) -> str:
    """Accept a duration, or an expression that gives one."""
    if isinstance(value, str) and is_expression(value):
        return value
    if isinstance(value, str) and not is_duration(value) and "${" in value:
        raise invalid("specc_form", "expected one whole expression or a duration", help='write it as `"${...}"`')
    return check_duration(value)


def matching(pattern: str, what: str, example: str) -> Callable[[Any], str]:
    """A check for texts of the form `pattern`."""
    matches = re.compile(pattern).fullmatch

    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong_type(value, "a string", f"{what}, for example `{example}`")
        if not matches(value):
            raise invalid("specc_form", f"`{shown(value)}` is not {what}", help=f"write for example `{example}`")
        return value

    return check


def form(pattern: str, what: str, example: str) -> Checked:
    """Annotates a string of the form `pattern`, described to the user as `what`."""
    schema = {"type": "string", "pattern": f"^(?:{pattern})$", "examples": [example.strip('"')]}
    return Checked(matching(pattern, what, example), schema)


def _check_version(value: Any) -> Any:
    if isinstance(value, bool):  # to Python, and so to pydantic, true is 1
        raise wrong_type(value, "the number `1`", "write `specc = 1`")
    return value


JsonValue = Annotated[Any, Checked(check_json, {})]
"""Any JSON value; strings in it may hold expressions."""

JsonSchema = Annotated[Any, Checked(check_schema, {"type": ["object", "boolean"]})]
"""A JSON Schema."""

LanguageVersion = Annotated[Literal[1], BeforeValidator(_check_version)]
"""The version that a file is written in."""

Expression = Annotated[str, Checked(check_expression, {"type": "string", "pattern": EXPRESSION})]
"""One `${...}`."""

_FILE = {
    "type": "object",
    "properties": {
        name: {"type": "string", "pattern": r"\S", "description": f'{text} Example: `"{example}"`.'}
        for name, text, example in (
            ("csv", "Rows of a CSV file, by the names in its first row.", "s3://bucket/rows.csv"),
            ("jsonl", "JSON values, one a line.", "s3://bucket/rows.jsonl"),
            ("json", "The items of a JSON array.", "data/rows.json"),
            ("objects", "The objects below a prefix, or the files in a folder.", "s3://bucket/raw/"),
        )
    },
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}

Source = Annotated[
    Any,
    Checked(check_source, {"oneOf": [{"type": "array"}, {"type": "string", "pattern": EXPRESSION}, _FILE]}),
]
"""A list, an expression that gives one, or where one is read."""

Text = Annotated[str, form(r"[\s\S]*\S[\s\S]*", "a text with something in it", '"..."')]
"""A string that is not empty."""

FunctionName = Annotated[
    str,
    form(r"[^\s:/\\]+:[^\s:/\\]+", "of the form `module:function`", '"birds:get_birds"'),
]
"""`module:function`."""

SecretSource = Annotated[
    str,
    form(
        r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+|ssm:/.+|secretsmanager:[^#]+(?:#.+)?",
        "a place to read a secret from (`env:`, `file:`, `ssm:` or `secretsmanager:`)",
        '"env:API_KEY"',
    ),
]
"""Where a secret is read; never the secret."""

RoleArn = Annotated[
    str,
    form(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+", "the ARN of an IAM role", '"arn:aws:iam::123456789012:role/birds"'),
]
"""The ARN of an IAM role."""
