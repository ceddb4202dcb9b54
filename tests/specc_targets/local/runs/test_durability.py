"""Full disks, killed processes, many threads: what was recorded is there, and the journal goes on."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path
from typing import Any

import pytest

from journals import SAMPLE, check, items_of, value_of, write
from specc_targets.local.runs.errors import JournalError
from specc_targets.local.runs.journal import JOURNAL, Journal
from specc_targets.local.runs.recovery import Recovered
from specc_targets.local.values import load


class Disk:
    """Stands for `os.write`; takes so many bytes of a journal and then reports an error."""

    def __init__(self, room: int, number: int) -> None:
        self.room = room
        self.number = number
        self._write = os.write

    def __call__(self, descriptor: int, data: Any) -> int:
        if not self.room:
            raise OSError(self.number, os.strerror(self.number))
        count = self._write(descriptor, bytes(data)[: self.room])
        self.room -= count
        return count


def fill(journal: Journal, written: list[tuple[Any, ...]]) -> None:
    """Record items until that fails; those that did not are added to `written`."""
    for index in range(len(written), 100_000):
        journal.item("work", index, index * 11, 0.0, 0.0, 0.0)
        written.append(("item", "work", index, index * 11, 0.0, 0.0, 0.0))


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full; make space, then go on with `specc run --local a.toml --resume r`"),
        (errno.EDQUOT, "the disk quota is used up; make space, then go on with"),
        (errno.EIO, "the disk reports an error; check the disk, then go on with"),
        (errno.ESTALE, "go on with `specc run"),
    ],
)
def test_a_full_disk_is_told_and_the_journal_goes_on_when_there_is_room(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    journal = Journal(folder, "r", spec="a.toml")
    written: list[tuple[Any, ...]] = []
    for room in [0, 1, 30, 59, 60, 61, 200]:
        disk = Disk(room, number)
        with monkeypatch.context() as patch:
            patch.setattr(os, "write", disk)
            with pytest.raises(JournalError) as caught:
                fill(journal, written)
            assert words in str(caught.value)
            assert (folder / JOURNAL).read_bytes().endswith(b"\n")
    journal.item("work", 999, "after", 0.0, 0.0, 0.0)
    journal.close()
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        check(recovered, [*written, ("item", "work", 999, "after", 0.0, 0.0, 0.0)])


def test_writes_that_take_little_at_a_time_are_gone_on_with(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:7]))
    write(folder, SAMPLE)
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        check(recovered, SAMPLE)


def test_what_cannot_be_cut_off_at_once_is_cut_off_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    journal = Journal(folder, "r")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", Disk(20, errno.ENOSPC))
        patch.setattr(os, "ftruncate", fail)
        with pytest.raises(JournalError, match="full"):
            journal.step("a", 1, 0.0, 0.0)
        patch.undo()
        patch.setattr(os, "ftruncate", fail)
        with pytest.raises(JournalError, match="the disk reports an error"):
            journal.step("a", 1, 0.0, 0.0)
    with Recovered.read(folder) as recovered:  # as another process would see it now
        assert "cut off" in recovered.notes[0]
    journal.step("a", 2, 0.0, 0.0)
    journal.close()
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        assert recovered.step("a") == (2,)


def test_an_interrupted_write_is_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(Disk):
        def __call__(self, descriptor: int, data: Any) -> int:
            if not self.room:
                raise KeyboardInterrupt
            return super().__call__(descriptor, data)

    journal = Journal(folder, "r")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", Interrupted(20, 0))
        with pytest.raises(KeyboardInterrupt):
            journal.step("a", 1, 0.0, 0.0)
    journal.step("b", 2, 0.0, 0.0)
    journal.close()
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        assert (recovered.step("a"), recovered.step("b")) == (None, (2,))


def test_a_limit_on_the_size_of_files_is_told(folder: Path) -> None:
    """The real thing, in a process of its own: the system writes half a record and then refuses."""
    code = """
        import resource, signal, sys
        from pathlib import Path
        from specc_targets.local.runs.errors import JournalError
        from specc_targets.local.runs.journal import Journal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        journal = Journal(Path(sys.argv[1]), "r")
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))
        count = 0
        try:
            while True:
                journal.item("work", count, "x", 0.0, 0.0, 0.0)
                count += 1
        except JournalError as error:
            print(error)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        journal.item("work", count, "x", 0.0, 0.0, 0.0)
        journal.close()
        print(count + 1)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(folder)], capture_output=True, text=True, timeout=60, check=True
    )  # fmt: skip
    message, count = done.stdout.splitlines()
    assert "a file may not become larger; raise the limit (`ulimit -f`), then go on with" in message
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        assert list(items_of(recovered, "work").indices()) == list(range(int(count)))


def test_a_value_that_finds_no_room_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(folder, "r")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", Disk(20_000, errno.ENOSPC))
        with pytest.raises(JournalError, match="make space, then go on"):
            journal.step("a", "x" * 100_000, 0.0, 0.0)
    assert list((folder / "blobs").iterdir()) == []
    journal.step("a", "x" * 100_000, 0.0, 0.0)
    journal.close()
    with Recovered.read(folder) as recovered:
        assert value_of(recovered, "a") == "x" * 100_000


def test_a_sync_that_fails_is_told_at_the_next_call(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = threading.Event()

    def fail(descriptor: int) -> None:
        failed.set()
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", fail)
    journal = Journal(folder, "r")
    assert failed.wait(30)
    with pytest.raises(JournalError, match="the disk reports an error"):
        fill(journal, [])
    with pytest.raises(JournalError, match="the disk reports an error"):
        journal.close()
    with pytest.raises(JournalError, match="is closed"):
        journal.end("failed")


def test_all_is_synced_at_the_close(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    synced: list[int] = []
    monkeypatch.setattr(os, "fdatasync", lambda descriptor: sizes.append(os.fstat(descriptor).st_size))
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    journal = Journal(folder, "r")
    for index in range(100):
        journal.item("work", index, "x" * 70_000 + str(index), 0.0, 0.0, 0.0)
    journal.close()
    journal.close()
    assert sizes[-1] == (folder / JOURNAL).stat().st_size
    assert len(sizes) < 50, "one for each record is what group commit avoids"
    assert len(synced) == 100


def test_threads_write_side_by_side(folder: Path) -> None:
    journal = Journal(folder, "r")

    def work(number: int) -> None:
        for index in range(500):
            if index % 100 == 7:
                journal.step(f"t{number}[{index}]/x", f"{number}-{index}" * 20_000, 0.0, 0.0)
            journal.item(f"t{number}", index, f"{number}-{index}", 0.0, 0.0, 0.0)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    journal.close()
    with Recovered.read(folder) as recovered:
        assert recovered.notes == []
        for number in range(8):
            table = items_of(recovered, f"t{number}")
            assert [table.load(index) for index in table.indices()] == [f"{number}-{index}" for index in range(500)]
            assert value_of(recovered, f"t{number}[107]/x") == f"{number}-107" * 20_000


KILLED = """
    import os, sys
    from pathlib import Path
    from specc_targets.local.runs.journal import Journal

    journal = Journal(Path(sys.argv[1]), "r")
    big = "x" * 70_000
    for index in range(int(sys.argv[2]), 10**9):
        journal.item("work", index, f"{index}{big}" if index % 100 == 50 else [index, None][index % 2], 0.0, 0.0, 0.0)
        os.write(1, b"%d\\n" % index)
"""


def test_what_was_recorded_outlives_a_kill(folder: Path) -> None:
    """Four processes, each killed at another moment; each goes on with what the one before has left."""
    recorded: set[int] = set()
    start = 0
    for moment in [1, 60, 333, 1200]:
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), str(start)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(moment)]
        process.send_signal(signal.SIGKILL)
        told += [int(line) for line in process.stdout.read().split(b"\n")[:-1]]
        process.wait()
        process.stdout.close()
        recorded.update(told)
        start = told[-1] + 1
        with Recovered.read(folder) as recovered:
            table = items_of(recovered, "work")
            assert recorded <= set(table.indices())
            for index in told:
                found = load(table.load(index))
                assert found == (f"{index}{'x' * 70_000}" if index % 100 == 50 else [index, None][index % 2])
