"""Static types of values: what an expression gives, a parameter takes, a step returns."""

from specc.expressions.assignability import assignable
from specc.expressions.type_model import (
    ANY,
    BOOLEAN,
    INTEGER,
    LIST,
    NULL,
    NUMBER,
    OBJECT,
    STRING,
    Field,
    ListType,
    ObjectType,
    SimpleType,
    Type,
    UnionType,
    members,
    union,
    without_null,
)
from specc.expressions.type_sources import from_json_schema, of_value
from specc.expressions.type_text import parse_type

__all__ = [
    "ANY",
    "BOOLEAN",
    "INTEGER",
    "LIST",
    "NULL",
    "NUMBER",
    "OBJECT",
    "STRING",
    "Field",
    "ListType",
    "ObjectType",
    "SimpleType",
    "Type",
    "UnionType",
    "assignable",
    "from_json_schema",
    "members",
    "of_value",
    "parse_type",
    "union",
    "without_null",
]
