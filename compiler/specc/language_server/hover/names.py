"""What is known of a name of the spec: a step, a parameter, an item, a profile."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specc.expressions.types import ANY
from specc.language_server.completion.known_keys import output_type
from specc.language_server.completion.request import Request
from specc.language_server.completion.scope import visible
from specc.source.document import lookup

if TYPE_CHECKING:
    from specc.expressions.types import Type
    from specc.ir.ops import Op
    from specc.language_server.symbols.symbol import Symbol
    from specc.source.side_table import Path

_ACTIONS = ("call", "script", "aws", "pipeline")
_LONGEST = 200


def about_name(request: Request, symbols: Sequence[Symbol]) -> str:
    """What a name means, when it means one thing."""
    symbol = symbols[0] if len(symbols) == 1 else None
    value = request.analysis.spec.value if request.analysis.spec is not None else {}
    index = request.analysis.index
    if symbol is None or index is None or symbol.spec != index.spec:
        return ""
    found = lookup(value, symbol.path)[1]
    table: dict[str, Any] = found if isinstance(found, dict) else {}
    match symbol.kind:
        case "step":
            return "\n\n".join(_step(request, symbol.path, table))
        case "parameter":
            return "\n\n".join(_parameter(symbol.name, table))
        case "item":
            return f"```\n{symbol.name}: {_item_type(request, symbol)}\n```\nAn item of `each`."
        case "profile":
            settings = "\n".join(f"{key} = {_shown(value)}" for key, value in table.items())
            return f"**compute profile** `{symbol.name}`\n```toml\n{settings}\n```"
        case "output":
            kind = output_type(request, symbol.name)
            return f"```\noutput {symbol.name}{_typed(kind)}\n```\n`{_shown(found)}`"
        case "secret":
            return f"**secret** `{symbol.name}`, read from `{_shown(found)}`"
        case "environment variable":
            return f"**environment variable** `{symbol.name}`: `{_shown(found)}`"
        case "stack":
            return f"**stack** `{symbol.name}`"
        case "test":
            return f"**test** `{symbol.name}`"


def _step(request: Request, path: Path, table: dict[str, Any]) -> Iterator[str]:
    op = operation(request, path)
    yield f"```\nstep {path[-1]}{_typed(op.result if op is not None else ANY)}\n```"
    if isinstance(table.get("description"), str):
        yield table["description"]
    does = [f'`{key} = "{table[key]}"`' for key in _ACTIONS if isinstance(table.get(key), str)]
    each = table.get("each")
    if isinstance(each, dict):
        does += [f"for each `{name}` of `{_shown(source)}`" for name, source in each.items()]
    if does:
        yield ", ".join(does)
    if isinstance(table.get("call"), str):
        from specc.language_server.hover.code import docstring

        about = docstring(request, table["call"])
        if about:
            yield about
    notes = _notes(request, op)
    if notes:
        yield "On AWS: " + " ".join(notes)


def _typed(kind: Type) -> str:
    return f": {kind}" if kind != ANY else ""


def operation(request: Request, path: Path) -> Op | None:
    """The operation that a step became, the outermost of those that it may be."""
    from specc.ir.walk import walk

    module = request.analysis.module
    if module is None:
        return None
    regions = (module.body, module.finally_)
    return next((op for region in regions for op in walk(region) if op.origin.path == path), None)


def _notes(request: Request, op: Op | None) -> tuple[str, ...]:
    """Where the step's call runs on AWS, what limits it and what it costs, by whoever knows that."""
    from specc import targets
    from specc.ir.ops import CallTask
    from specc.ir.walk import body_of, walk

    module = request.analysis.module
    if op is None or module is None:
        return ()
    body = body_of(op)
    inner = [op, *(walk(body) if body is not None else ())]
    call = next((one for one in inner if isinstance(one, CallTask) and one.origin == op.origin), None)
    if call is None:
        return ()
    found: tuple[str, ...] = targets.driver("estimates").of_call(call, module)
    return found


def _parameter(name: str, table: dict[str, Any]) -> Iterator[str]:
    default = f" = {_shown(table['default'])}" if "default" in table else ""
    yield f"```\nparams.{name}: {table.get('type', 'any')}{default}\n```"
    if isinstance(table.get("description"), str):
        yield table["description"]
    rules = [f"{key} {_shown(value)}" for key, value in table.items() if key not in ("type", "default", "description")]
    if rules:
        yield ", ".join(rules)
    if "default" not in table:
        yield "A run must give it."


def _item_type(request: Request, symbol: Symbol) -> object:
    """As it is seen in the arguments of its step, wherever the pointer is."""
    spot = replace(request.cursor.spot, path=(*symbol.path[:-2], "with"))
    inside = Request(request.analysis, replace(request.cursor, spot=spot), request.client)
    return visible(inside).bound.get(symbol.name, ANY)


def _shown(value: Any) -> str:
    """A value in a few letters, as a spec writes it."""
    import json

    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
