"""Damage to a journal costs the damaged lines, and is told."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from journals import SAMPLE, check, sample, write
from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.journal import JOURNAL, Journal
from specc_targets.local.runs.reading import read_records
from specc_targets.local.runs.records import seal
from specc_targets.local.runs.recovery import Recovered


def test_cutting_off_anywhere_loses_at_most_the_last_record(folder: Path) -> None:
    data, ends = sample(folder)
    for size in range(len(data)):
        (folder / JOURNAL).write_bytes(data[:size])
        whole = sum(size >= end - 1 for end in ends)  # a newline more or less is nothing
        with Recovered.read(folder) as recovered:
            assert recovered.records == whole
            check(recovered, SAMPLE[: max(0, whole - 1)])
            assert len(recovered.notes) == (size == 0 or (size not in ends and size + 1 not in ends))
        journal = Journal(folder, "r")
        journal.step("more", 1, 0.0, 0.0)
        journal.close()
        with Recovered.read(folder) as recovered:
            assert recovered.records == whole + 2
            assert recovered.notes == []
            assert recovered.step("more") == (1,)
            check(recovered, SAMPLE[: max(0, whole - 1)])


@pytest.mark.parametrize("change", [lambda byte: byte ^ 1, lambda byte: byte ^ 32, lambda byte: 10, lambda byte: 0])
def test_a_changed_byte_loses_at_most_its_line(folder: Path, change: Any) -> None:
    data, ends = sample(folder)
    for position, byte in enumerate(data):
        changed = change(byte)
        if changed == byte:
            continue
        (folder / JOURNAL).write_bytes(data[:position] + bytes([changed]) + data[position + 1 :])
        line = sum(position >= end for end in ends)  # 0 is what the process writes first
        with Recovered.read(folder) as recovered:
            lost = len(SAMPLE) + 1 - recovered.records
            assert lost in (0, 1)
            assert bool(recovered.notes) == bool(lost)
            rest = [record for number, record in enumerate(SAMPLE, 1) if number != line]
            check(recovered, rest if lost else SAMPLE)
            if lost and line < len(SAMPLE):
                assert f"line {line + 1}" in recovered.notes[0]


def test_a_damaged_line_in_the_middle_is_named(folder: Path) -> None:
    data, ends = sample(folder)
    (folder / JOURNAL).write_bytes(data[: ends[1] - 4] + b"!" + data[ends[1] - 3 :])
    with Recovered.read(folder) as recovered:
        (note,) = recovered.notes
        assert "line 2 (`work[0]`)" in note
        assert 0 not in (recovered.items("work") or ())
        assert 1 in (recovered.items("work") or ())


def test_many_damaged_lines_are_counted(folder: Path) -> None:
    journal = Journal(folder, "r")
    for index in range(100):
        journal.item("work", index, index, 0.0, 0.0, 0.0)
    journal.close()
    data = (folder / JOURNAL).read_bytes()
    (folder / JOURNAL).write_bytes(data.replace(b'"work"', '"wörk"'.encode()))
    with Recovered.read(folder) as recovered:
        (note,) = [note for note in recovered.notes if "cut off" not in note]
        assert "line 2 (`wörk[0]`)" in note
        assert "and 94 more" in note


def test_a_torn_record_in_the_middle_costs_nothing_else(folder: Path) -> None:
    """Should ever a record follow one that was cut off."""
    data, ends = sample(folder)
    (folder / JOURNAL).write_bytes(data[: ends[3] - 10] + data[ends[3] :])
    with Recovered.read(folder) as recovered:
        check(recovered, [record for record in SAMPLE if record[0] != "failed"])
        assert "line 4 (`work[2]`)" in recovered.notes[0]


@pytest.mark.parametrize("content", [b"\0" * 5000, os.urandom(300_000), b"hello\nworld\n", b"\n\n\n", b"{" * 100_000])
def test_garbage_is_noted_and_no_run_is_stopped_by_it(folder: Path, content: bytes) -> None:
    (folder / JOURNAL).write_bytes(content)
    with Recovered.read(folder) as recovered:
        assert recovered.notes
        assert recovered.records == 0
        assert recovered.items("work") is None
        assert recovered.step("x") is None
    assert list(read_records(folder)) == []
    write(folder, SAMPLE)
    with Recovered.read(folder) as recovered:
        check(recovered, SAMPLE)


def test_a_line_without_end_is_not_read_into_memory(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from specc_targets.local.runs import lines

    monkeypatch.setattr(lines, "LONGEST_LINE", 1_000_000)
    data, _ = sample(folder)
    (folder / JOURNAL).write_bytes(b"x" * 5_000_000 + b"\n" + data)
    with (folder / JOURNAL).open("rb") as file:
        assert max(len(line) for _, line, _ in lines.lines(file.fileno())) < 1_500_000
    with Recovered.read(folder) as recovered:
        check(recovered, SAMPLE)


def test_no_journal_and_an_empty_one_are_a_note(folder: Path) -> None:
    with Recovered.read(folder) as recovered:
        assert "no journal" in recovered.notes[0]
        assert recovered.step("x") is None
    (folder / JOURNAL).touch()
    with Recovered.read(folder) as recovered:
        assert "no journal" in recovered.notes[0]


def test_what_is_no_file_is_an_error_that_says_so(folder: Path) -> None:
    (folder / JOURNAL).mkdir()
    for attempt in (lambda: Recovered.read(folder), lambda: list(read_records(folder)), lambda: Journal(folder, "r")):
        with pytest.raises(JournalError, match="journal"):
            attempt()
    (folder / JOURNAL).rmdir()
    os.mkfifo(folder / JOURNAL)
    for attempt in (lambda: Recovered.read(folder), lambda: Journal(folder, "r")):
        with pytest.raises(JournalError, match="is not a file"):
            attempt()


def test_an_unreadable_journal_is_an_error_that_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> int:
        raise PermissionError(errno.EACCES, "Permission denied")

    (folder / JOURNAL).touch()
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(JournalError, match="permission denied"):
        Recovered.read(folder)
    with pytest.raises(JournalError, match="permission denied"):
        Journal(folder, "r")


def test_a_disk_that_cannot_be_read_is_an_error_that_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    sample(folder)
    monkeypatch.setattr(os, "pread", fail)
    with pytest.raises(JournalError, match="the disk reports an error; check the disk"):
        Recovered.read(folder)
    with pytest.raises(JournalError, match="the disk reports an error"):
        list(read_records(folder))


def test_a_later_version_is_refused_and_left_as_it_is(folder: Path) -> None:
    (folder / JOURNAL).write_bytes(seal(b'["run",2,"r"]') + seal(b'["item","work",0,[1],"new"]'))
    before = (folder / JOURNAL).read_bytes()
    with pytest.raises(JournalError, match="version 2, this specc reads 1"):
        Recovered.read(folder)
    assert (folder / JOURNAL).read_bytes() == before


@pytest.mark.parametrize(
    "body",
    [b"[]", b"5", b"{}", b'["new","x"]', b'["run"]', b'["item"]', b'["step-blob","x",5,0,0,0,0]', b'["end"]', b"[" * 9999],
)  # fmt: skip
def test_sound_nonsense_is_damage(folder: Path, body: bytes) -> None:
    data, ends = sample(folder)
    (folder / JOURNAL).write_bytes(data[: ends[0]] + seal(body) + data[ends[0] :])
    with Recovered.read(folder) as recovered:
        assert "line 2" in recovered.notes[0]
        check(recovered, SAMPLE)
