"""How each function of expressions is called in JSONata. What is not here runs where Python does."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Rule = Callable[[Sequence[str]], str]


def _call(helper: str, *defaults: str, arity: int = 0) -> Rule:
    """A helper of so many arguments, with `defaults` for those left out at the end."""

    def write(given: Sequence[str]) -> str:
        missing = max(arity - len(given), 0)
        return f"$_{helper}({', '.join((*given, *defaults[len(defaults) - missing :]))})"

    return write


def _range(given: Sequence[str]) -> str:
    start, stop, step = (("0", given[0], "1") if len(given) == 1 else (*given, "1"))[:3]
    return f"$_range({start}, {stop}, {step})"


def _extreme(helper: str) -> Rule:
    def write(given: Sequence[str]) -> str:
        atoms = ", ".join(f"$_atom({item})" for item in given)
        return f"$_{helper}({given[0] if len(given) == 1 else f'[{atoms}]'})"

    return write


TRANSLATIONS: dict[str, Rule] = {
    "range": _range,
    "sorted": _call("sorted", "false", arity=2),
    "reversed": lambda given: f"$_reversed($_list({given[0]}))",
    "unique": _call("unique"),
    "flatten": _call("flatten"),
    "zip": lambda given: f"$_zip([{', '.join(f'[$_list({item})]' for item in given)}])",
    "any": _call("any"),
    "all": _call("all"),
    "first": lambda given: f"$_end({given[0]}, 0)",
    "last": lambda given: f"$_end({given[0]}, -1)",
    "min": _extreme("min"),
    "max": _extreme("max"),
    "sum": _call("sum"),
    "abs": lambda given: f"$abs($_number({given[0]}))",
    "round": _call("round", "0", arity=2),
    "floor": lambda given: f"$floor($_number({given[0]}))",
    "ceil": lambda given: f"$ceil($_number({given[0]}))",
    "int": _call("int"),
    "float": _call("float"),
    "split": _call("split"),
    "join": _call("join"),
    "strip": _call("strip"),
    "lower": lambda given: f"$lowercase($_string({given[0]}))",
    "upper": lambda given: f"$uppercase($_string({given[0]}))",
    "replace": _call("replace"),
    "starts_with": _call("starts"),
    "ends_with": _call("ends"),
    "basename": _call("basename"),
    "dirname": _call("dirname"),
    "extension": lambda given: f"$_suffix($_basename({given[0]}))",
    "stem": lambda given: f"$_stem($_basename({given[0]}))",
    "len": _call("len"),
    "contains": lambda given: f"$_in({given[1]}, {given[0]})",
    "keys": _call("keys"),
    "values": _call("values"),
    "items": _call("items"),
    "get": _call("get", "null", arity=3),
    "merge": lambda given: f"$merge([{', '.join(f'$_object({item})' for item in given)}])",
    "type": _call("kind"),
    "bool": _call("bool"),
    "string": _call("text"),
    "json": _call("json"),
}
"""JSONata text of a call for the texts of its arguments. `coalesce` and `format` are the translator's own."""

NOT_TRANSLATED = frozenset({"hash", "parse_json"})
"""JSONata 2.0.6 has nothing of this kind."""
