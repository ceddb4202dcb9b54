"""Journals to test with: strategies of records, a sample, and what reading one back must give."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from specc.diagnostics import Place
from specc_runtime.codecs import Encoded
from specc_runtime.expressions import SKIPPED
from specc_targets.local.failures import RunError
from specc_targets.local.runs.journal import JOURNAL, Journal
from specc_targets.local.runs.recovery import ItemTable, Recovered
from specc_targets.local.values import keep, load

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
others = st.binary(max_size=50).map(lambda data: Encoded("bytes", data)) | texts.map(
    lambda text: Encoded("text", text.encode())
)
spaced = json_values.map(lambda value: Encoded("json", b"\n " + keep(value, "json").data + b"\r\n"))
kept_values = json_values.map(keep) | others | spaced
times = st.floats(0, 4e9).map(lambda seconds: round(seconds, 6))
names = st.sampled_from(["a", "work", "a/b", "outer[3]/work", "poll{2}/x", 'odd "name"\\', "ü\n", "x!y", "finally/z"])
errors = st.builds(
    RunError,
    name=texts,
    message=st.text(),  # lone surrogates too: an error may say anything
    step=texts,
    items=st.lists(st.integers(0, 9), max_size=2).map(tuple),
    origin=st.builds(
        Place,
        st.lists(texts | st.integers(0, 9), max_size=3).map(tuple),
        st.sampled_from(["key", "value"]),
        st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)),
    ),
    traceback=st.text(),
    notes=st.lists(texts, max_size=2).map(tuple),
)
records = st.one_of(
    st.tuples(st.just("item"), names, st.integers(0, 3000), kept_values, times, times, times),
    st.tuples(st.just("step"), names, kept_values, times, times, times, st.integers(0, 2**50)),
    st.tuples(st.just("step"), names.map(lambda name: f"{name}[4]/x"), kept_values, times, times, times, st.just(0)),
    st.tuples(st.just("failed"), names, st.lists(texts, max_size=3).map(tuple), errors, times, times),
    st.tuples(st.just("failed"), names.map(lambda name: f"{name}[1]"), st.just(("E",)), errors, times, times),
    st.tuples(st.just("skipped"), names),
    st.tuples(st.just("end"), st.sampled_from(["succeeded", "failed", "interrupted"])),
)


def write(folder: Path, sequence: list[tuple[Any, ...]]) -> None:
    journal = Journal(folder, "r")
    for kind, *arguments in sequence:
        getattr(journal, kind)(*arguments)
    journal.close()


def address_of(record: tuple[Any, ...]) -> str:
    return f"{record[1]}[{record[2]}]" if record[0] == "item" else record[1]


def same(kept: Any, expected: Any) -> bool:
    """Equal under the same reading; `1`, `1.0` and `True` are three values."""
    found, wanted = load(kept), load(expected)
    return repr(found) == repr(wanted)


def check(recovered: Recovered, sequence: list[tuple[Any, ...]]) -> None:
    """`recovered` holds just what `sequence` says: the last word on each address."""
    items = {(r[1], r[2]): r for r in sequence if r[0] == "item"}
    outcome: dict[tuple[bool, str], tuple[Any, ...]] = {}
    for record in sequence:
        if record[0] == "end":
            continue
        address = address_of(record)
        for mine in [True, False] if record[0] == "failed" else [record[0] == "item"]:
            outcome[mine, address] = record
        if record[0] != "failed":  # any result of an address takes the place of its failure
            other = (record[0] != "item", address)
            if outcome.get(other, ("",))[0] == "failed":
                outcome.pop(other)
    for (prefix, index), record in items.items():
        table = recovered.items(prefix)
        last = outcome.get((True, f"{prefix}[{index}]"))
        if last is not None and last[0] == "item":
            assert table is not None
            assert index in table
            assert index in list(table.indices())
            assert same(table.load(index), record[3])
        else:
            assert table is None or index not in table
    for prefix in {prefix for prefix, _ in items}:
        expected = sum(r[0] == "item" and r[1] == prefix for (mine, _), r in outcome.items() if mine)
        assert len(recovered.items(prefix) or ()) == expected
    for (mine, address), record in outcome.items():
        found = recovered.step(address)
        if record[0] == "step" and not mine:
            assert found is not None
            assert same(found[0], record[2])
        elif record[0] == "skipped":
            assert found is not None
            assert found[0] is SKIPPED
        elif record[0] == "failed":
            assert found is None
            assert recovered.failure(address) == (record[2], record[3])


SAMPLE: list[tuple[Any, ...]] = [
    ("item", "work", 0, 5, 1793000000.5, 0.25, 0.125),
    ("item", "work", 1, keep({"a": ["x", None]}), 1793000000.5, 0.25, 0.125),
    ("failed", "work[2]", ("Odd", "ValueError"), RunError("Odd", "no", "work", (2,)), 1793000001.0, 1.5),
    ("step", "outer[3]/x", "text with \\ and \" and \n", 1793000001.0, 1.5, 0.5, 9),
    ("step", "blob", Encoded("bytes", b"\0\xff\n"), 1793000001.0, 1.5, 0.5, 9),
    ("skipped", "z"),
    ("item", "outer[3]/work", 7, 0.1, 1793000002.25, 0.0, 0.0),
    ("end", "failed"),
]  # fmt: skip


def sample(folder: Path) -> tuple[bytes, list[int]]:
    """The bytes of a journal with `SAMPLE`, and where each of its lines ends."""
    write(folder, SAMPLE)
    data = (folder / JOURNAL).read_bytes()
    return data, [index + 1 for index, byte in enumerate(data) if byte == 10]


def items_of(recovered: Recovered, prefix: str) -> ItemTable:
    """The results of a map, which must be there."""
    table = recovered.items(prefix)
    assert table is not None
    return table


def value_of(recovered: Recovered, address: str) -> Any:
    """The value of a step, which must be there."""
    found = recovered.step(address)
    assert found is not None
    return load(found[0])
