"""Expressions: `${...}` in the texts of a spec. One parser and one evaluator, for compiler and runs alike."""

from specc_runtime.expressions.errors import ExpressionError, ExpressionSyntaxError, MissingError, Skipped
from specc_runtime.expressions.evaluator import SKIPPED, Scope, evaluate
from specc_runtime.expressions.parser import parse_expression
from specc_runtime.expressions.references import Reference
from specc_runtime.expressions.template import JsonValue, Template, quote
from specc_runtime.expressions.text import json_text, text_of
from specc_runtime.expressions.tree import Expression

__all__ = [
    "SKIPPED",
    "Expression",
    "ExpressionError",
    "ExpressionSyntaxError",
    "JsonValue",
    "MissingError",
    "Reference",
    "Scope",
    "Skipped",
    "Template",
    "evaluate",
    "json_text",
    "parse_expression",
    "quote",
    "text_of",
]
