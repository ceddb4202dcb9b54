"""What is written to a journal is read back."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journals import SAMPLE, address_of, check, items_of, records, same, write
from specc_runtime.codecs import Encoded
from specc_targets.local.failures import RunError
from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.journal import JOURNAL, Journal
from specc_targets.local.runs.reading import read_records
from specc_targets.local.runs.recovery import Recovered
from specc_targets.local.values import keep


@settings(deadline=None, max_examples=60)
@given(st.lists(records, max_size=12))
def test_all_that_is_written_is_read_back(folders: Path, sequence: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory(dir=folders) as name:
        folder = Path(name)
        write(folder, sequence)
        with Recovered.read(folder) as recovered:
            assert recovered.notes == []
            assert recovered.run_id == "r"
            assert recovered.records == len(sequence) + 1
            ends = [record[1] for record in sequence if record[0] == "end"]
            assert recovered.ended == (ends[-1] if ends else None)
            check(recovered, sequence)


@settings(deadline=None, max_examples=60)
@given(st.lists(records, max_size=12))
def test_records_come_in_their_order_with_their_times(folders: Path, sequence: list[tuple[Any, ...]]) -> None:
    with tempfile.TemporaryDirectory(dir=folders) as name:
        write(Path(name), sequence)
        first, *found = read_records(Path(name), values=True)
        assert (first.kind, first.kept) == ("run", "r")
        assert [record.kind for record in found] == [record[0] for record in sequence]
        for record, expected in zip(found, sequence, strict=True):
            if expected[0] in ("item", "step"):
                after = 4 if expected[0] == "item" else 3
                assert record.address == address_of(expected)
                assert same(record.kept, expected[after - 1])
                for seconds, wanted in zip(record[3:6], expected[after : after + 3], strict=True):
                    assert seconds == pytest.approx(wanted, abs=1.5e-6)
                assert record.memory == (expected[6] if expected[0] == "step" else 0)
            elif expected[0] == "failed":
                assert (record.names, record.error) == expected[2:4]
                assert (record.started, record.seconds) == expected[4:]
            elif expected[0] == "end":
                assert record.kept == expected[1]
        assert [record._replace(kept=None) for record in found] == [
            record._replace(kept=None) for record in list(read_records(Path(name)))[1:]
        ]


@pytest.mark.parametrize(
    ("value", "apart"),
    [
        (keep("x" * 65_534), False),
        (keep("x" * 65_535), True),
        (keep("ü" * 40_000), True),
        (keep(["ü" * 30_000]), False),
        (keep(["ü" * 40_000]), True),
        (Encoded("json", b'["a"]\n'), False),
        (Encoded("json", b'["' + b"x" * 10_000 + b'"]\n'), False),
        (Encoded("json", b'["' + b"x" * 70_000 + b'"]\n'), True),
        (Encoded("bytes", bytes(4096)), False),
        (Encoded("bytes", bytes(4097)), True),
        (Encoded("text", "ü".encode() * 40_000), True),
        (Encoded("pickle", b"\x80\n" * 4000), True),
    ],
    ids=range(12),
)
def test_large_values_are_files(folder: Path, value: Any, apart: bool) -> None:
    write(folder, [("item", "work", 3, value, 1.5, 0.25, 0.5), ("step", "a", value, 1.5, 0.25, 0.5, 7)])
    assert (folder / "blobs").exists() == apart
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        for found in items_of(recovered, "work").load(3), (recovered.step("a") or ())[0]:
            assert same(found, value) if not isinstance(value, Encoded) else found == value
    _, *found = read_records(folder)
    assert [tuple(record[3:7]) for record in found] == [(1.5, 0.25, 0.5, 0), (1.5, 0.25, 0.5, 7)]


def test_a_resumed_run_has_not_ended(folder: Path) -> None:
    write(folder, SAMPLE)
    journal = Journal(folder, "r")
    with Recovered.read(folder) as recovered:
        assert recovered.ended is None
    journal.end("succeeded")
    with Recovered.read(folder) as recovered:
        assert recovered.ended == "succeeded"
    journal.close()


def test_a_result_takes_the_place_of_the_failure_before(folder: Path) -> None:
    write(folder, SAMPLE)
    with Recovered.read(folder) as recovered:
        assert list(recovered.failed_items("work")) == [2]
        assert recovered.failure("work[2]") is not None
    write(folder, [("item", "work", 2, "better", 0.0, 0.0, 0.0)])
    with Recovered.read(folder) as recovered:
        assert list(recovered.failed_items("work")) == []
        assert recovered.failure("work[2]") is None
        assert list(items_of(recovered, "work").indices()) == [0, 1, 2]


def test_a_missing_file_is_run_again_and_a_changed_one_is_told(folder: Path) -> None:
    write(folder, [("item", "work", 1, "x" * 70_000, 0.0, 0.0, 0.0), ("step", "a", "y" * 70_000, 0.0, 0.0)])
    blobs = list((folder / "blobs").iterdir())
    assert {path.stat().st_mode & 0o777 for path in blobs} == {0o600}
    assert (folder / "blobs").stat().st_mode & 0o777 == 0o700
    with Recovered.read(folder) as recovered:
        found = recovered.step("a")
        assert found is not None
        name = next(path for path in blobs if path.read_bytes() == found[0].data)
        name.write_bytes(b"z" * name.stat().st_size)
        with pytest.raises(JournalError, match="delete this file, and its call is run again"):
            recovered.step("a")
    name.write_bytes(b"z")
    with Recovered.read(folder) as recovered:
        assert recovered.step("a") is None
        assert recovered.notes == ["results are missing in the folder `blobs`, their calls are run again: `a`"]
        assert 1 in (recovered.items("work") or ())


def test_equal_large_values_are_one_file(folder: Path) -> None:
    write(folder, [("item", "work", index, "x" * 70_000, 0.0, 0.0, 0.0) for index in range(5)])
    assert len(list((folder / "blobs").iterdir())) == 1
    assert (folder / JOURNAL).stat().st_size < 2000


def test_an_error_of_any_length_is_kept_in_part(folder: Path) -> None:
    error = RunError("E", "m" * 1_000_000, traceback="t" * 1_000_000)
    write(folder, [("failed", "a", ("E",), error, 0.0, 0.0)])
    with Recovered.read(folder) as recovered:
        found = recovered.failure("a")
        assert found is not None
        assert found[1].message.endswith("… (1000000 characters)")
        assert (folder / JOURNAL).stat().st_size < 600_000


def test_only_its_owner_can_read_it(folder: Path) -> None:
    write(folder, SAMPLE)
    assert (folder / JOURNAL).stat().st_mode & 0o777 == 0o600


def test_a_kept_value_of_another_type_is_a_bug(folder: Path) -> None:
    journal = Journal(folder, "r")
    with pytest.raises(TypeError, match="dict"):
        journal.step("a", {}, 0.0, 0.0)
    journal.close()
