"""Whether Step Functions can make an SDK call itself and mean the same as a local run, and with which arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from specc.expressions.jsonata import Untranslatable, literal
from specc.ir.ops import AwsTask
from specc.services import Operation, Shape, available, find_service
from specc_runtime.expressions import JsonValue, Reference, Template, tree
from specc_runtime.expressions.references import static_path
from specc_runtime.expressions.template import Hole, split_text
from specc_targets.asl.native import Known
from specc_targets.asl.text import Json, expression, verbatim

Read = Callable[[Reference], str | None]
"""JSONata text of what a reference reads, undefined where there is nothing; None where the machine has none."""
_READS = ("batchGet", "count", "describe", "get", "head", "list", "lookup", "query", "scan", "search", "select")
"""What the names of actions begin with that change nothing, so that a function may ask again."""
_ASKED_FOR = {
    "dynamodb": ("ReturnValues", "ReturnConsumedCapacity", "ReturnItemCollectionMetrics"),
}
"""Parameters without which the writing actions of a service answer with nothing (DynamoDB API Reference)."""
_WRITES = {"dynamodb": ("deleteItem", "putItem", "transactWriteItems", "updateItem")}
LARGEST = 2048
"""Characters of JSON that a result may have to stay in the machine."""
_TEXT = 256
"""Characters counted for a text that the model sets no bound to: names, identifiers."""
_JSON_TYPES = {
    "string": "string",
    "integer": "number",
    "long": "number",
    "float": "number",
    "double": "number",
    "boolean": "boolean",
}


class _NeedsFunctionError(Exception):
    """Step Functions cannot do this; the message says why, for users."""


@dataclass(frozen=True, slots=True)
class SdkCall:
    """A call as an SDK integration."""

    operation: Operation
    arguments: Json
    guards: tuple[str, ...]
    """JSONata conditions under which the arguments are what they should be."""
    bounded: bool
    """Whether the result is certainly small."""

    @property
    def resource(self) -> str:
        """The ARN of the integration."""
        return f"arn:aws:states:::aws-sdk:{self.operation.service.sdk}:{self.operation.name}"


def sdk_call(op: AwsTask, known: Known, read: Read) -> SdkCall | str:
    """The call, or why a function must make it; an empty text where that needs no saying."""
    if not available():
        return ""
    service = find_service(op.service)
    operation = service.operation(op.operation) if service is not None else None
    if operation is None or not isinstance(op.arguments.raw, dict):
        return ""
    try:
        arguments = _Arguments(known, read)
        given = arguments.structure(op.arguments.raw, operation.input) if operation.input is not None else {}
        return SdkCall(operation, given, tuple(dict.fromkeys(arguments.guards)), _bounded(op, operation))
    except _NeedsFunctionError as error:
        return str(error)


def _bounded(op: AwsTask, operation: Operation) -> bool:
    """Whether the result stays small. Raises when only a function can cope with it."""
    output, service = operation.output, operation.service
    given = op.arguments.raw if isinstance(op.arguments.raw, dict) else {}
    if output is None:
        return True
    if operation.name in _WRITES.get(service.boto, ()) and not any(key in given for key in _ASKED_FOR[service.boto]):
        return True
    if service.boto != "dynamodb" and _holds_blobs(output, ()):  # DynamoDB's JSON has base64, as ours does
        raise _NeedsFunctionError("its result holds bytes")
    if _size(output, ()) <= LARGEST:
        return True
    if not operation.name.startswith(_READS):
        raise _NeedsFunctionError("its result may be larger than a state holds")
    return False


def _holds_blobs(shape: Shape, around: tuple[str, ...]) -> bool:
    if shape.kind == "blob":
        return True
    if shape.name in around or shape.kind not in ("structure", "list", "map"):
        return False
    inner = shape.members.values() if shape.kind == "structure" else (shape.item,)
    return any(_holds_blobs(item, (*around, shape.name)) for item in inner)


def _size(shape: Shape, around: tuple[str, ...]) -> int:
    """Characters of JSON, at most; beyond `LARGEST` where nothing bounds it."""
    kind = shape.kind
    if kind == "structure":
        if shape.name in around or shape.is_("document"):
            return LARGEST + 1
        return 2 + sum(len(name) + 4 + _size(item, (*around, shape.name)) for name, item in shape.members.items())
    if kind in ("list", "map"):
        return LARGEST + 1
    if kind == "string":
        longest = max(map(len, shape.choices), default=0) or shape.longest or _TEXT
        return 2 + longest
    return 32


@dataclass
class _Arguments:
    """The parameters as they stand in a definition. Raises where the machine cannot make them safely."""

    known: Known
    read: Read
    guards: list[str] = field(default_factory=list)

    def structure(self, raw: dict[str, JsonValue], shape: Shape) -> dict[str, Json]:
        found: dict[str, Json] = {}
        for key, value in raw.items():
            name = shape.spellings.get(key)
            if name is None:
                raise _NeedsFunctionError(f"`{key}` is no parameter that is known")
            if value is not None:
                found[name] = self.value(value, shape.members[name], key)
        return found

    def value(self, raw: JsonValue, shape: Shape, name: str) -> Json:
        kind = shape.kind
        if kind == "blob":
            raise _NeedsFunctionError(f"`{name}` holds bytes")
        if shape.is_("document"):
            raise _NeedsFunctionError(f"`{name}` holds any JSON")
        if isinstance(raw, str) and "${" in raw and not Template(raw).is_constant:
            return self._computed(raw, shape, name)
        if isinstance(raw, dict) and kind == "structure":
            return self.structure(raw, shape)
        if isinstance(raw, dict) and kind == "map":
            return {key: self.value(item, shape.item, name) for key, item in raw.items() if item is not None}
        if isinstance(raw, list) and kind == "list":
            return [self.value(item, shape.item, name) for item in raw]
        if isinstance(raw, dict | list):
            raise _NeedsFunctionError(f"`{name}` is no such structure")
        try:
            return verbatim(Template(raw).evaluate({}) if isinstance(raw, str) else raw)
        except Untranslatable:
            raise _NeedsFunctionError(f"`{name}` has more digits than Step Functions keeps") from None

    def _computed(self, raw: str, shape: Shape, name: str) -> Json:
        wanted = _JSON_TYPES.get(shape.kind)
        parts = split_text(raw)
        if wanted is None:
            raise _NeedsFunctionError(f"`{name}` is computed")
        if len(parts) == 1:
            only = parts[0]
            assert isinstance(only, Hole), "what is constant has been seen to"
            return expression(self._reference(only.expression, wanted, name))
        if wanted != "string":
            raise _NeedsFunctionError(f"`{name}` is computed")
        texts = [
            literal(part) if isinstance(part, str) else self._reference(part.expression, "string", name)
            for part in parts
        ]
        return expression(" & ".join(texts))

    def _reference(self, node: tree.Expression, wanted: str, name: str) -> str:
        if isinstance(node, tree.Literal) and isinstance(node.value, str) and wanted == "string":
            return literal(node.value)
        found = node.references[0] if static_path(node) is not None else None
        text = self.read(found) if found is not None else None
        if found is None or text is None:
            raise _NeedsFunctionError(f"`{name}` is computed")
        certain = self.known.type_of(found)
        if certain not in (None, "any", wanted):
            raise _NeedsFunctionError(f"`{name}` is computed")
        if certain != wanted:
            self.guards.append(f'$type({text}) = "{wanted}"')
        return text
