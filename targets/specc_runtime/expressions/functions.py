"""The functions of expressions: pure, closed in number, and each described by one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from specc_runtime.expressions import list_functions, number_functions, text_functions, value_functions

_SIGNATURE = re.compile(r"(\w+)\((.*)\) -> (.+)")


class Parameter:
    """One parameter: its name and the text of its type."""

    __slots__ = ("name", "optional", "repeated", "type")

    def __init__(self, text: str) -> None:
        name, _, self.type = text.partition(": ")
        self.repeated = name.startswith("...")
        self.optional = name.endswith("?")
        self.name = name.removeprefix("...").removesuffix("?")


class Function:
    """A function: its signature, and its body over Python values.

    A signature reads `name(required: type, optional?: type, ...repeated: type) -> type`; `T` stands for any type, the
    same wherever it occurs. The translation to JSONata is `specc.expressions.jsonata`'s.
    """

    __slots__ = ("body", "least", "most", "name", "parameters", "result", "signature")

    def __init__(self, signature: str, body: Callable[..., Any]) -> None:
        match = _SIGNATURE.fullmatch(signature)
        assert match is not None, signature
        self.signature = signature
        self.body = body
        self.name, parameters, self.result = match.groups()
        self.parameters = tuple(map(Parameter, parameters.split(", "))) if parameters else ()
        self.least = sum(not (item.optional or item.repeated) for item in self.parameters)
        self.most = None if any(item.repeated for item in self.parameters) else len(self.parameters)


def _table(*functions: Function) -> dict[str, Function]:
    return {function.name: function for function in functions}


FUNCTIONS = _table(
    # lists
    Function("range(start_or_stop: integer, stop?: integer, step?: integer) -> list of integer", list_functions.range_),
    Function("sorted(items: list of T, descending?: boolean) -> list of T", list_functions.sorted_),
    Function("reversed(items: list of T) -> list of T", list_functions.reversed_),
    Function("unique(items: list of T) -> list of T", list_functions.unique),
    Function("flatten(items: list) -> list", list_functions.flatten),
    Function("zip(first: list, ...others: list) -> list of list", list_functions.zip_),
    Function("any(items: list of boolean) -> boolean", list_functions.any_),
    Function("all(items: list of boolean) -> boolean", list_functions.all_),
    Function("first(items: list of T) -> T or null", list_functions.first),
    Function("last(items: list of T) -> T or null", list_functions.last),
    # numbers
    Function("min(items: list of T or T, ...others: T) -> T", number_functions.min_),
    Function("max(items: list of T or T, ...others: T) -> T", number_functions.max_),
    Function("sum(items: list of number) -> number", number_functions.sum_),
    Function("abs(value: number) -> number", number_functions.abs_),
    Function("round(value: number, digits?: integer) -> number", number_functions.round_),
    Function("floor(value: number) -> integer", number_functions.floor),
    Function("ceil(value: number) -> integer", number_functions.ceil),
    Function("int(value: number or string) -> integer", number_functions.int_),
    Function("float(value: number or string) -> number", number_functions.float_),
    # texts
    Function("split(text: string, separator: string) -> list of string", text_functions.split),
    Function("join(items: list of (string or number or boolean), separator: string) -> string", text_functions.join),
    Function("strip(text: string) -> string", text_functions.strip),
    Function("lower(text: string) -> string", text_functions.lower),
    Function("upper(text: string) -> string", text_functions.upper),
    Function("replace(text: string, old: string, new: string) -> string", text_functions.replace),
    Function("starts_with(text: string, prefix: string) -> boolean", text_functions.starts_with),
    Function("ends_with(text: string, suffix: string) -> boolean", text_functions.ends_with),
    Function("format(template: string, ...values: any) -> string", text_functions.format_),
    Function("basename(path: string) -> string", text_functions.basename),
    Function("dirname(path: string) -> string", text_functions.dirname),
    Function("extension(path: string) -> string", text_functions.extension),
    Function("stem(path: string) -> string", text_functions.stem),
    # values of any kind
    Function("len(value: string or list or object) -> integer", value_functions.len_),
    Function("contains(container: string or list or object, item: any) -> boolean", value_functions.contains),
    Function("keys(object: object) -> list of string", value_functions.keys),
    Function("values(object: object) -> list", value_functions.values),
    Function("items(object: object) -> list of {key: string, value: any}", value_functions.items),
    Function("get(container: object or list, key: string or integer, default?: any) -> any", value_functions.get),
    Function("merge(first: object, ...others: object) -> object", value_functions.merge),
    Function("coalesce(...values: any) -> any", value_functions.coalesce),
    Function("type(value: any) -> string", value_functions.type_),
    Function("bool(value: boolean or string) -> boolean", value_functions.bool_),
    Function("string(value: any) -> string", value_functions.string),
    Function("json(value: any) -> string", value_functions.json_),
    Function("parse_json(text: string) -> any", value_functions.parse_json),
    Function("hash(value: any) -> string", value_functions.hash_),
)
"""Every function by name."""
