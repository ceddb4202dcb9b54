"""Static types of values: what an expression gives, a parameter takes, a step returns."""

from specc.expressions.assignability import assignable
from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    BYTES,
    INTEGER,
    LIST,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Field,
    ListType,
    ObjectType,
    OpaqueType,
    SimpleType,
    Type,
    UnionType,
    members,
    opaque_part,
    union,
    without_null,
)
from specc.expressions.type_sources import from_json_schema, of_value
from specc.expressions.type_text import parse_type

__all__ = [
    "ANY",
    "BOOLEAN",
    "BYTES",
    "INTEGER",
    "LIST",
    "NULL",
    "NUMBER",
    "OBJECT",
    "STRING",
    "Field",
    "ListType",
    "ObjectType",
    "OpaqueType",
    "SimpleType",
    "Type",
    "UnionType",
    "assignable",
    "from_json_schema",
    "members",
    "of_value",
    "opaque_part",
    "parse_type",
    "union",
    "without_null",
]
