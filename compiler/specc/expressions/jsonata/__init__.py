"""Expressions as JSONata 2.0.6, the dialect that Step Functions evaluates, with the meaning they have in Python."""

from specc.expressions.jsonata.literals import Untranslatable, literal
from specc.expressions.jsonata.paths import path
from specc.expressions.jsonata.translator import template_to_jsonata, to_jsonata

__all__ = ["Untranslatable", "literal", "path", "template_to_jsonata", "to_jsonata"]
