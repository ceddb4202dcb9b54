"""Handles one request: the work of a step, or of the workflow around it that an engine cannot do itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from specc_runtime import asking, envelope, fan, jobs, records
from specc_runtime.codecs import Encoded, codec_of, encode
from specc_runtime.codecs.json_codec import decode_json, encode_json
from specc_runtime.envelope import Limits, Tagged, tag
from specc_runtime.errors import BatchSizeMismatch, CodecError, SpeccError
from specc_runtime.expressions import Skipped, Template
from specc_runtime.functions import call, load_function
from specc_runtime.limits import ITEMS_LIMIT, OUTPUTS_LIMIT, REFERENCE, THRESHOLD
from specc_runtime.marks import announce
from specc_runtime.named import named
from specc_runtime.records import Failure, Record
from specc_runtime.requests import RequestScope
from specc_runtime.store import Store, StoreError, put_blob
from specc_runtime.tracking.cloudwatch import about

Request = Mapping[str, Any]


def handle(request: Request, store: Store) -> dict[str, Any]:
    """Do what `request` asks, with values kept in `store`, and give the response.

    Raises whatever the user's function raises and the errors of `specc_runtime.errors`, as they are; naming them after
    what the spec declares is the engine's part (`specc_runtime.errors.error_name`).
    """
    if request.get("specc") != envelope.VERSION:
        asked = request.get("specc")
        raise SpeccError(f"this is a request of version {asked!r}; this runtime speaks {envelope.VERSION}")
    action = _ACTIONS.get(str(request.get("action")))
    if action is None:
        raise SpeccError(f"a request for `{request.get('action')}`, which this runtime does not know")
    return action(request, store)


def _call(request: Request, store: Store) -> Tagged:
    announce(request)
    about(request)
    try:
        arguments: Any = Template(request.get("with") or {}).evaluate(RequestScope(request.get("scope") or {}, store))
    except Skipped as skip:
        return _answer(request, store, envelope.skipped(skip.step))
    return _finish(request, store, call(load_function(request["call"]), arguments, request.get("codec")))


def _evaluate(request: Request, store: Store) -> Tagged:
    try:
        value = Template(request.get("value")).evaluate(RequestScope(request.get("scope") or {}, store))
    except Skipped as skip:
        return _answer(request, store, envelope.skipped(skip.step))
    if request.get("whole"):
        return _whole(request, value)
    return _finish(request, store, value)


def _whole(request: Request, value: Any) -> Tagged:
    """The value itself, for a service that reads no store. Raises `CodecError` for what is too large or no JSON."""
    try:
        size = len(encode_json(value))
    except CodecError as error:
        raise CodecError(f"the parameters of step `{request.get('step')}` {error}") from None
    if size > OUTPUTS_LIMIT:
        limit = f"{OUTPUTS_LIMIT // 1024} KiB"
        raise CodecError(
            f"the parameters of step `{request.get('step')}` have {size:,} bytes; an execution takes {limit}"
        )
    return {"$value": value}


def _collect(request: Request, store: Store) -> Tagged:
    """The outputs of another machine as one value."""
    return _finish(request, store, {name: envelope.load(item, store) for name, item in request["outputs"].items()})


def _finish(request: Request, store: Store, value: Any) -> Tagged:
    try:
        tagged = tag(value, store, request.get("codec"), request.get("project") or (), Limits.of(request))
    except CodecError as error:
        raise CodecError(f"the result of step `{request.get('step')}` {error}") from error.__cause__
    return _answer(request, store, tagged)


def _answer(request: Request, store: Store, tagged: Tagged) -> Tagged:
    if request.get("store") != "address":
        return tagged
    if "$skipped" in tagged:  # an item without a result is null in the list of results
        tagged = {"$value": None}
    records.write_record(store, request["address"], tagged)
    return {}


def _scatter(request: Request, store: Store) -> dict[str, Any]:
    scope = RequestScope(request.get("scope") or {}, store)
    batch = request.get("batch")
    try:
        sources: dict[str, Any] = {name: Template(source).evaluate(scope) for name, source in request["each"].items()}
    except Skipped as skip:
        return envelope.skipped(skip.step)
    bindings = fan.fan_out(sources, batch)
    limits = Limits.of(request)
    items = [{name: _item(value, store, limits, batch) for name, value in binding.items()} for binding in bindings]
    if batch is not None and "address" in request:
        total = len(next(iter(sources.values()), []))
        store.put(_sizes_key(request), encode_json(list(fan.batch_sizes(total, batch))))
    text = encode_json(items)
    if request.get("as") != "manifest" and len(text) <= int(request.get("items_limit", ITEMS_LIMIT)):
        return {"count": len(items), "items": items}
    uri, digest = put_blob(store, text)
    found = {"count": len(items), "$ref": uri, "codec": "json", "sha256": digest, "size": len(text)}
    if uri.startswith("s3://"):
        found["bucket"], _, found["key"] = uri.removeprefix("s3://").partition("/")
        if "address" in request:
            results = store.uri_of(f"{request['address']}/results")
            found["results"] = results.removeprefix(f"s3://{found['bucket']}/")
    return found


def _item(value: Any, store: Store, limits: Limits, batch: int | None) -> Tagged:
    """A batch is a list of items, each of which may be no JSON."""
    if batch is None or all(codec_of(item) == "json" for item in value):
        return tag(value, store, limits=limits)
    return envelope.reference_list([tag(item, store, limits=limits) for item in value], store)


def _sizes_key(request: Request) -> str:
    return f"{request['address']}/batches"


def _gather(request: Request, store: Store) -> Tagged:
    count, address = int(request["count"]), request["address"]
    step = str(request.get("step", ""))
    found = records.read_records(store, request.get("records", address), count)
    if "stopped" in request:
        found = jobs.lost_items(found, str(request["stopped"]), tolerant=request.get("tolerate") is not None)
    sizes = [1] * count
    if request.get("batch"):
        sizes = decode_json(store.get(_sizes_key(request)))
        found = [_checked(record, size, step, store) for record, size in zip(found, sizes, strict=True)]
    _judge(request, found, sizes, step)
    failed = sum(size for record, size in zip(found, sizes, strict=True) if isinstance(record, Failure))
    if not failed:
        return _collected(request, found, sizes, store)
    report = records.write_failures(store, address, found)
    return {**_collected(request, found, sizes, store), "failed": failed, "failures": report}


def _checked(record: Record | None, size: int, step: str, store: Store) -> Record | None:
    if record is None or isinstance(record, Failure):
        return record
    try:
        fan.check_batch(envelope.load(record, store), size, step)
    except BatchSizeMismatch as error:
        return Failure(type(error).__name__, str(error))
    return record


def _judge(request: Request, found: list[Record | None], sizes: list[int], step: str) -> None:
    """Raise when more items failed than are tolerated."""
    failures = [(record, size) for record, size in zip(found, sizes, strict=True) if isinstance(record, Failure)]
    missing = [index for index, record in enumerate(found) if record is None]
    tolerance: Any = request.get("tolerate")
    if failures and tolerance is None:
        raise named(failures[0][0].name, failures[0][0].message)
    if failures:
        failed, total = sum(size for _, size in failures), sum(sizes)
        first = f"{failures[0][0].name}: {failures[0][0].message}"
        if missing or fan.too_many(failed, total, tolerance["unit"], tolerance["amount"]):
            raise fan.exceeded(total, tolerance["unit"], tolerance["amount"], step, first)
    elif missing:
        raise StoreError(f"item {missing[0]} of step `{step}` left no result")


def _collected(request: Request, found: list[Record | None], sizes: list[int], store: Store) -> Tagged:
    tagged: list[Tagged] = []
    for record, size in zip(found, sizes, strict=True):
        if record is None or isinstance(record, Failure):
            tagged += [{"$value": None}] * size
        elif request.get("batch"):
            tagged += [tag(item, store) for item in envelope.load(record, store)]
        else:
            tagged.append(record)
    if all(item.get("codec", "json") == "json" for item in tagged):
        return _finish(request, store, [envelope.load(item, store) for item in tagged])
    found_list = envelope.reference_list(tagged, store)
    if request.get("project"):
        values = envelope.load(found_list, store)
        found_list |= envelope.projections(values, request["project"], Limits.of(request).projections)
    return _answer(request, store, found_list)


def _record(request: Request, store: Store) -> Tagged:
    records.write_record(store, request["address"], records.failure_of(request["error"]))
    return {}


def _ended(request: Request, store: Store) -> Tagged:
    return _finish(request, store, jobs.ended(request))


def _receive(request: Request, store: Store) -> Tagged:
    return _answer(request, store, jobs.receive(request, store))


def _outputs(request: Request, store: Store) -> dict[str, Any]:
    scope = RequestScope(request.get("scope") or {}, store)
    encoded: dict[str, Encoded] = {}
    skipped: list[str] = []
    for name, template in request["outputs"].items():
        try:
            value = Template(template).evaluate(scope)
        except Skipped:
            value = None
            skipped.append(name)
        try:
            encoded[name] = encode(value)
        except CodecError as error:
            raise CodecError(f"the output `{name}` {error}") from None
    sizes = [len(item.data) for item in encoded.values()]
    limit = min(THRESHOLD, _threshold(sizes, OUTPUTS_LIMIT))
    outputs = {name: envelope.tag_encoded(item, store, limit) for name, item in encoded.items()}
    return {"outputs": outputs, "skipped": skipped}


def _threshold(sizes: list[int], limit: int) -> int:
    """The most bytes by value with which all these values fit into `limit`; those above it become references."""
    found = rest = 0
    for number, size in enumerate(sorted(sizes), 1):
        rest += size
        if rest + (len(sizes) - number) * REFERENCE > limit:
            return min(found, size - 1)
        found = size
    return found


_ACTIONS: dict[str, Callable[[Request, Store], dict[str, Any]]] = {
    "call": _call,
    "evaluate": _evaluate,
    "scatter": _scatter,
    "gather": _gather,
    "record": _record,
    "outputs": _outputs,
    "collect": _collect,
    "ask": asking.ask,
    "submit": jobs.submit,
    "receive": _receive,
    "resolve": jobs.resolve,
    "ended": _ended,
}
