"""Values with a grammar of their own: checked by one function, described by one JSON Schema."""

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

Json = Mapping[str, Any]


class Checked:
    """Annotates a type whose values `check` accepts (and returns) or refuses with `invalid`."""

    __slots__ = ("check", "schema")

    def __init__(self, check: Callable[[Any], Any], schema: Json) -> None:
        self.check = check
        self.schema = schema

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)


class Shorthand:
    """Annotates `short | Table`: a table is the model's, anything else goes to `check`.

    A plain union would try every arm and report the mistakes of all of them; this reports those of the arm meant.
    With `expand`, `check` gives the table that the short form stands for, so that the field always holds the model.
    """

    __slots__ = ("check", "expand", "schema")

    def __init__(self, check: Callable[[Any], Any], schema: Json, *, expand: bool = False) -> None:
        self.check = check
        self.schema = schema
        self.expand = expand

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        model = next(arm for arm in (source, *get_args(source)) if hasattr(arm, "model_fields"))
        check, expand = self.check, self.expand

        def validate(value: Any, table: core_schema.ValidatorFunctionWrapHandler) -> Any:
            if isinstance(value, dict):
                return table(value)
            return table(check(value)) if expand else check(value)

        return core_schema.no_info_wrap_validator_function(validate, handler.generate_schema(model))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # As the only arm of a union, the model becomes a reference to its definition.
        table = handler(core_schema.union_schema([schema["schema"]]))
        return {"oneOf": [dict(self.schema), table]}


def invalid(kind: str, message: str, *, help: str = "", **details: Any) -> PydanticCustomError:
    """The refusal of a value: `message` is in the user's words, `help` says how to mend it."""
    # Braces in the text would be taken for placeholders, so the text itself is a placeholder.
    return PydanticCustomError(kind, "{message}", {"message": message, "help": help, **details})


_LONGEST = 60


def shown(value: object) -> str:
    """A name or text as messages show it: shortened, on one line, without what a terminal would act on."""
    text = str(value)
    text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text).replace(
        "`", "'"
    )


_NAMES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a number"),
    (str, "a string"),
    (list, "an array"),
    (dict, "a table"),
    (type(None), "null"),
)


def described(value: Any) -> str:
    """What a value is, in the user's words: `a table`, `an integer`."""
    for python, words in _NAMES:
        if isinstance(value, python):
            return words
    return "a date or time" if hasattr(value, "isoformat") else "a value that JSON cannot hold"


def wrong_type(value: Any, expected: str, help: str = "") -> PydanticCustomError:
    """The refusal of a value that is not even of the right type."""
    return invalid("specc_type", f"expected {expected}, found {described(value)}", help=help)
