"""What every model of the language has in common."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema


class Model(BaseModel):
    """A table of a spec: immutable, no unknown keys, no conversion between types.

    A field declared `X | None = None` may be left out, but an explicit null is refused as any value of the wrong
    type is: absence is written by leaving the key out, in all three formats.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        defer_build=True,  # nested models are built once, inside the root that uses them
        protected_namespaces=(),
        hide_input_in_errors=True,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        _refuse_null(schema)
        return schema


def _refuse_null(schema: Any) -> None:
    """Unwrap `nullable` from the fields of a model's schema, in place."""
    while schema["type"] in ("model", "definitions"):
        schema = schema["schema"]
    if schema["type"] != "model-fields":
        return
    for field in schema["fields"].values():
        default = field["schema"]
        if default["type"] == "default" and default["schema"]["type"] == "nullable":
            default["schema"] = default["schema"]["schema"]
