"""Recognises generators that read what the last run left in a file, before they give the next configuration.

    def config_gen():
        state = {"lr": 0.1}
        for _ in range(10):
            yield Config(globals_dict={"lr": state["lr"]})
            state = json.load(open("state.json"))
            if state["loss"] < 0.01:
                break

becomes a step with `repeat`: `start` is what `state` is at first, and afterwards it is the step's result.
"""

from __future__ import annotations

import ast
from typing import Any

from specc.importing.reading.engine import EngineFile, engine_name
from specc.importing.reading.expressions import shown
from specc.importing.reading.objects import Imported, Scope, Unreadable
from specc.importing.values import Configuration, ImportProblem, Loop, Previous
from specc_runtime.expressions.printing import quote_text

_COMPARED: dict[type[ast.AST], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def loop_of(function: ast.AST, reader: EngineFile, scope: Scope) -> Loop | None:
    """The loop that a generator is, or None when it does not read results back. Raises ImportProblem when it does in a
    way that no spec can say."""
    if not isinstance(function, ast.FunctionDef) or not function.body:
        return None
    outer = next((part for part in function.body if isinstance(part, ast.For | ast.While)), None)
    if outer is None:
        return None
    given = next((index for index, part in enumerate(outer.body) if _yielded(part) is not None), None)
    if given is None:
        return None
    read = next(
        ((index, *found) for index, part in enumerate(outer.body) if (found := _read(part, reader, scope))), None
    )
    if read is None:
        return None
    at, name, file = read
    where = reader.where(outer)
    hard = ImportProblem(
        "SPC601", f"each configuration depends on what the run before left in `{file}`", where,
        help="`repeat` says that: the step's result is `last` of the next run; write `${last.field}` where the "
        "configuration takes a value from it",
    )  # fmt: skip
    before = outer.body[:given]
    if before or at != given + 1 or outer.orelse or function.body[-1] is not outer:
        raise hard
    inner = Scope(parent=scope)
    start = _start(function.body[: function.body.index(outer)], name, reader, inner)
    until = _until(outer, outer.body[at + 1 :], name)
    if start is None or until is None:
        raise hard
    call = _yielded(outer.body[given])
    configuration = _configuration(call, name, reader, inner) if call is not None else None
    if configuration is None:
        raise hard
    rounds = _rounds(outer, reader, inner)
    return Loop(configuration, start, file, until or None, rounds, where)


def _yielded(statement: ast.stmt) -> ast.Call | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.value if isinstance(value, ast.Yield) else None
    return value if isinstance(value, ast.Call) else None


def _read(statement: ast.stmt, reader: EngineFile, scope: Scope) -> tuple[str, str] | None:
    """The name that gets the content of a JSON file, and the file."""
    if isinstance(statement, ast.With) and len(statement.items) == 1 and len(statement.body) == 1:
        opened, inner = statement.items[0], statement.body[0]
        if isinstance(inner, ast.Assign) and isinstance(opened.optional_vars, ast.Name) and isinstance(
            inner.value, ast.Call
        ) and [getattr(item, "id", None) for item in inner.value.args] == [opened.optional_vars.id]:  # fmt: skip
            call = ast.copy_location(ast.Call(inner.value.func, [opened.context_expr], []), inner.value)
            statement = ast.copy_location(ast.Assign(inner.targets, call), inner)
    if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
        return None
    target, reading = statement.targets[0], statement.value
    if not isinstance(target, ast.Name) or not isinstance(reading, ast.Call) or len(reading.args) != 1:
        return None
    function = reader.evaluate(reading.func, scope)
    source = reading.args[0]
    if not isinstance(function, Imported) or not isinstance(source, ast.Call):
        return None
    path: ast.expr | None = None
    if function.name == "json.load" and isinstance(source.func, ast.Name) and source.func.id == "open" and source.args:
        path = source.args[0]
    elif function.name == "json.loads" and isinstance(source.func, ast.Attribute) and source.func.attr == "read_text":
        path = source.func.value
    found = reader.evaluate(path, scope) if path is not None else None
    return (target.id, str(found)) if found is not None and not isinstance(found, Unreadable) else None


def _start(body: list[ast.stmt], name: str, reader: EngineFile, scope: Scope) -> dict[str, Any] | None:
    reader.execute(body, scope)
    found = scope.names.get(name)
    return found if isinstance(found, dict) and all(isinstance(key, str) for key in found) else None


def _until(outer: ast.For | ast.While, rest: list[ast.stmt], name: str) -> str | None:
    """The condition that ends the loop, or an empty text; None for one that a spec cannot say."""
    conditions: list[str] = []
    for statement in rest:
        leaves = isinstance(statement, ast.If) and not statement.orelse and len(statement.body) == 1 and isinstance(
            statement.body[0], ast.Break | ast.Return)  # fmt: skip
        text = _condition(statement.test, name, negated=False) if leaves and isinstance(statement, ast.If) else None
        if text is None:
            return None
        conditions.append(text)
    if isinstance(outer, ast.While) and not (isinstance(outer.test, ast.Constant) and outer.test.value):
        text = _condition(outer.test, name, negated=True)
        if text is None:
            return None
        conditions.append(text)
    return " or ".join(conditions)


def _condition(test: ast.expr, name: str, *, negated: bool) -> str | None:
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return _condition(test.operand, name, negated=not negated)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and type(test.ops[0]) in _COMPARED:
        left, right = _operand(test.left, name), _operand(test.comparators[0], name)
        symbol = _COMPARED[type(test.ops[0])]
        return f"{left} {_OPPOSITE[symbol] if negated else symbol} {right}" if left and right else None
    field = _field(test, name)
    return (f"not {field}" if negated else field) if field else None


def _operand(node: ast.expr, name: str) -> str | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _operand(node.operand, name)
        return f"-{inner}" if inner else None
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return repr(node.value)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return quote_text(node.value)
    return _field(node, name)


def _field(node: ast.expr, name: str) -> str | None:
    """`last.field` for `state["field"]` and `state.get("field")`."""
    key: ast.expr | None = None
    if isinstance(node, ast.Subscript):
        inner = _field(node.value, name) if isinstance(node.value, ast.Subscript) else None
        key = node.slice
        if inner is not None and isinstance(key, ast.Constant) and isinstance(key.value, str):
            return f"{inner}.{key.value}" if key.value.isidentifier() else f"{inner}[{quote_text(key.value)}]"
        if not (isinstance(node.value, ast.Name) and node.value.id == name):
            return None
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        if not (isinstance(node.func.value, ast.Name) and node.func.value.id == name and len(node.args) == 1):
            return None
        key = node.args[0]
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    return f"last.{key.value}" if key.value.isidentifier() else f"last[{quote_text(key.value)}]"


def _configuration(call: ast.Call, name: str, reader: EngineFile, scope: Scope) -> Configuration | None:
    """The configuration, with `Previous` where it takes something from the result before."""
    function = reader.evaluate(call.func, scope)
    if not isinstance(function, Imported) or engine_name(function) != "Config" or call.args:
        return None
    found = Configuration(where=reader.where(call))
    for keyword in call.keywords:
        parts: dict[str, Any] = {}
        if not isinstance(keyword.value, ast.Dict) or keyword.arg not in ("globals_dict", "kwargs", "metadata"):
            return None
        for key, node in zip(keyword.value.keys, keyword.value.values, strict=True):
            field = _field(node, name)
            if key is None or (field is None and _mentions(node, name)):
                return None
            parts[reader.known(key, scope)] = Previous(field) if field else reader.evaluate(node, scope)
        if keyword.arg != "metadata":
            setattr(found, "globals" if keyword.arg == "globals_dict" else "kwargs", parts)
    return found


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _rounds(outer: ast.For | ast.While, reader: EngineFile, scope: Scope) -> int | None:
    if isinstance(outer, ast.While):
        return None
    values = reader.evaluate(outer.iter, scope)
    if isinstance(values, range | list | tuple) and values:
        return len(values)
    raise ImportProblem("SPC601", f"how often `{shown(outer.iter)}` repeats is not known", reader.where(outer.iter))
