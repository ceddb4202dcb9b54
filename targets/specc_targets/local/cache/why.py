"""Explains lookups: which part of a key differs from that of the nearest result of an earlier run."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from specc_targets.code.packages import MISSING
from specc_targets.local.cache.store import Store

_MOST_COMPARED = 2_000


@dataclass(frozen=True, slots=True)
class Lookup:
    """One lookup and why it ended as it did."""

    result: str
    """`hit`, `expired`, or `new`: nothing kept under the key."""
    time: float
    """Seconds since the epoch."""
    key: str
    reasons: tuple[str, ...] = ()
    """What differs from the nearest result of an earlier run, or what else is the cause."""
    earlier: float | None = None
    """When the result was computed that was found, or that comes nearest."""
    seconds: float | None = None
    """How long it took to compute what was found."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A step's lookups in the last run that made any."""

    step: str
    spec: str
    function: str
    hits: int
    misses: int
    last: Lookup
    miss: Lookup | None
    """The last that was no hit."""
    code: Mapping[str, Any] = field(default_factory=dict)
    """What the key covers besides the inputs: `sources`, `packages`, `python`."""
    inputs: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    """Other specs that have a step of this name."""


def steps(store: Store) -> list[str]:
    """The paths of all steps that were looked up."""
    return sorted({step for (step,) in store.query("SELECT step FROM lookups")})


def explain(store: Store, step: str, spec: str | None = None) -> Explanation | None:
    """Why the last lookups of a step ended as they did; None when there was none. Without `spec`, of the last run."""
    found = [
        (spec_of, json.loads(record))
        for spec_of, record in store.query("SELECT spec, record FROM lookups WHERE step = ?", (step,))
        if spec is None or spec_of == spec
    ]
    if not found:
        return None
    found.sort(key=lambda item: float(item[1]["last"]["time"]), reverse=True)
    path, record = found[0]
    last = record["last"]
    miss = record.get("miss")
    return Explanation(
        step,
        path,
        last["function"],
        record["hits"],
        record["misses"],
        _lookup(store, last, step, record["since"]),
        _lookup(store, miss, step, record["since"]) if miss is not None else None,
        _code(store, last["code"]),
        tuple(last["inputs"]),
        tuple(other for other, _ in found[1:]),
    )


def _lookup(store: Store, record: Mapping[str, Any], step: str, since: float) -> Lookup:
    result, when, key = record["result"], record["time"], record["key"]
    if result == "hit":
        return Lookup(result, when, key, earlier=record["created"], seconds=record["seconds"])
    if result == "expired":
        age, ttl = record["age"], record["ttl"]
        reason = f"it is older than `ttl` allows: {duration(age)}, and {duration(ttl)} at most"
        return Lookup(result, when, key, (reason,), when - age)
    reasons, earlier = _nearest(store, record, step, since)
    return Lookup(result, when, key, tuple(reasons), earlier)


def _nearest(store: Store, record: Mapping[str, Any], step: str, since: float) -> tuple[list[str], float | None]:
    """The differences from the result of an earlier run that has the fewest, and when it was computed."""
    code = _code(store, record["code"])
    inputs = json.dumps(record["inputs"], separators=(",", ":"))
    best: tuple[tuple[int, bool, float], list[str], float] | None = None
    known: dict[str, Mapping[str, Any]] = {}
    columns = "SELECT step, code, inputs, step_codec, created FROM entries WHERE created < ? AND"
    ways: list[tuple[str, list[Any]]] = [
        ("inputs = ? AND function = ?", [inputs, record["function"]]),
        ("code = ?", [record["code"]]),
        ("function = ?", [record["function"]]),
        ("step = ?", [step]),
    ]
    for condition, values in ways:
        order = f"ORDER BY created DESC LIMIT {_MOST_COMPARED}"
        rows = store.query(f"{columns} {condition} {order}", [since, *values])
        for step_of, code_of, inputs_of, codec_of, created in rows:
            if code_of not in known:
                known[code_of] = _code(store, code_of)
            found = [*_code_differences(known[code_of], code), *_input_differences(inputs_of, record["inputs"])]
            if codec_of != record["codec"]:
                found.append(f"`codec` changed: {_codec(codec_of)} -> {_codec(record['codec'])}")
            rank = (len(found), step_of != step, -created)
            if found and (best is None or rank < best[0]):
                best = rank, found, created
    if best is None:
        return ["there is no result of an earlier run"], None
    return best[1], best[2]


def _code(store: Store, digest: str) -> Mapping[str, Any]:
    rows = store.query("SELECT parts FROM code WHERE digest = ?", (digest,))
    found: Mapping[str, Any] = json.loads(rows[0][0]) if rows else {}
    return found


def _code_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    if not old or not new:
        yield "the code changed"
        return
    if old["function"] != new["function"]:
        yield f"the step called `{old['function']}`, now `{new['function']}`"
    if old["python"] != new["python"]:
        yield f"{old['python']} -> {new['python']}"
    for name in sorted({*old["sources"], *new["sources"]}):
        before, after = old["sources"].get(name), new["sources"].get(name)
        if before is None:
            yield f"`{name}` is imported now"
        elif after is None:
            yield f"`{name}` is not imported any more"
        elif before != after:
            yield f"the source of `{name}` changed"
    for name in sorted({*old["packages"], *new["packages"]}):
        before, after = old["packages"].get(name), new["packages"].get(name)
        if before == after:
            continue
        if before is None or after is None:
            yield f"{name} {after or before} is {'' if before is None else 'no longer '}imported"
        else:
            yield f"{name} {before} -> {after}" if MISSING not in (before, after) else f"{name}: {before} -> {after}"


def _input_differences(text: str, new: Mapping[str, str]) -> Iterator[str]:
    old: Mapping[str, str] = json.loads(text)
    keyed = (_is_key(old), _is_key(new))
    if old and new and keyed[0] != keyed[1]:
        yield (
            "`cache.key` decides now, not the arguments"
            if keyed[1]
            else "`cache.key` decides no more: the arguments do"
        )
        return
    for name in sorted({*old, *new}):
        before, after = old.get(name), new.get(name)
        what = f"`cache.{name}`" if name.startswith("key[") else f"argument `{name}`"
        if before is None:
            yield f"{what} is new"
        elif after is None:
            yield f"{what} is gone"
        elif before != after:
            yield f"{what} changed"


def _is_key(inputs: Mapping[str, str]) -> bool:
    return any(name.startswith("key[") for name in inputs)


def _codec(name: str | None) -> str:
    return f"`{name}`" if name is not None else "that of the type"


def duration(seconds: float) -> str:
    """A span of time in one or two units: `45 s`, `3 h 20 m`, `9 d`."""
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    units = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))
    rest, parts = int(seconds), list[str]()
    for unit, size in units:
        amount, rest = divmod(rest, size)
        if amount or parts:
            parts.append(f"{amount} {unit}" if amount else "")
        if len(parts) == 2:
            break
    return " ".join(filter(None, parts))
