"""What is kept is given back exactly, or not at all: whatever happens to the files, and however many processes there are."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from specc_runtime.codecs import Encoded
from specc_targets.local.cache import Cache, Key
from specc_targets.local.cache import cache as caches

VALUES = [
    None,
    True,
    0,
    2**70,
    -1.5,
    "",
    "grüße",
    Encoded("json", b'{"a":[1]}'),
    Encoded("json", b'"text"'),
    Encoded("bytes", b""),
    Encoded("bytes", bytes(range(256)) * 400),
    Encoded("text", b"x" * 70_000),
]

WRITER = """
import sys
from pathlib import Path
from specc_runtime.codecs import Encoded
from specc_targets.local.cache import Cache
directory, root, start = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
print("ready", flush=True)
sys.stdin.readline()
cache = Cache(directory, root, spec="/spec.toml")
number = start
while number < start + 300 or start < 0:
    key = cache.key("steps:f", {"n": abs(number)}, None)
    data = b"%d " % abs(number) * (20_000 if number % 10 == 0 else 3)
    found = cache.get(key, step="s")
    assert found is None or found.kept == Encoded("text", data), found
    cache.put(key, Encoded("text", data), step="s", seconds=0.1)
    number += 1 if start >= 0 else -1
    if start < 0 and number % 50 == 0:
        print(number, flush=True)
cache.close()
print(cache.warnings, flush=True)
"""


def key_of(cache: Cache, number: object = 1, codec: str | None = None) -> Key:
    found = cache.key("steps:f", {"n": number}, codec)
    assert found is not None
    return found


def start(project, number: int) -> subprocess.Popen[str]:
    paths = os.pathsep.join(path for path in sys.path if path)
    command = [sys.executable, "-c", WRITER, str(project.directory), str(project.root), str(number)]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": paths}
    )


@pytest.fixture(autouse=True)
def source(project) -> None:
    project.write({"steps.py": "def f(n): return n"})


@pytest.mark.parametrize("value", VALUES, ids=lambda value: repr(value)[:20])
def test_values_come_back_as_they_were(project, value: object) -> None:
    with project.run() as cache:
        cache.put(key_of(cache), value, step="s", seconds=1.25)
        found = cache.get(key_of(cache))
        assert found is not None
        assert (found.kept, type(found.kept)) == (value, type(value))
    with project.run() as cache:
        found = cache.get(key_of(cache))
        assert found is not None
        assert (found.kept, type(found.kept), found.seconds) == (value, type(value), 1.25)


def test_many_at_once(project) -> None:
    with project.run() as cache:
        keys = [key_of(cache, number) for number in range(1_000)]
        for key in keys[::2]:
            cache.put(key, key.digest, step="s")
        found = cache.get_many(keys, step="s")
        assert [item and item.kept for item in found] == [
            key.digest if number % 2 == 0 else None for number, key in enumerate(keys)
        ]
    with project.run() as cache:
        assert cache.get_many(keys, step="s") == found
    assert (project.why().hits, project.why().misses) == (500, 500)


def test_ttl(project, monkeypatch: pytest.MonkeyPatch) -> None:
    with project.run() as cache:
        cache.put(key_of(cache), 1, step="s")
    now = caches.time.time()
    with project.run() as cache:
        monkeypatch.setattr(caches.time, "time", lambda: now + 3600)
        assert cache.get(key_of(cache), 7200, step="s") is not None
        assert cache.get(key_of(cache), 60, step="s") is None
    assert project.reasons() == ("it is older than `ttl` allows: 1 h, and 1 m at most",)
    with project.run() as cache:
        cache.put(key_of(cache), 2, step="s")
        assert cache.get(key_of(cache), 60, step="s").kept == 2
        monkeypatch.setattr(caches.time, "time", lambda: now - 3600)  # a clock that was set back tells nothing
        assert cache.get(key_of(cache), 60, step="s") is None


def test_threads(project) -> None:
    wrong: list[object] = []

    def work(cache: Cache, seed: int) -> None:
        numbers = random.Random(seed).choices(range(200), k=300)
        for number in numbers:
            key = key_of(cache, number)
            found = cache.get(key, step="s")
            if found is not None and found.kept != number:
                wrong.append(found)
            cache.put(key, number, step="s")

    with project.run() as cache:
        threads = [threading.Thread(target=work, args=(cache, seed)) for seed in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not wrong
    assert not cache.warnings


@pytest.mark.slow
def test_processes_share_it(project) -> None:
    processes = [start(project, number) for number in (0, 0, 150, 150)]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    answers = [process.communicate("go\n")[0] for process in processes]
    assert answers == ["[]\n"] * 4
    with project.run() as cache:
        keys = [key_of(cache, number) for number in range(450)]
        assert all(found is not None for found in cache.get_many(keys))


@pytest.mark.slow
def test_a_killed_process_leaves_no_wrong_value(project) -> None:
    """Killed at any point, other processes go on, and what is there is right."""
    for turn in range(1, 6):
        process = start(project, -turn * 1_000)
        assert process.stdout.readline() == "ready\n"
        process.stdin.write("go\n")
        process.stdin.flush()
        for _ in range(turn * 12):
            assert process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        process.stdin.close()
    kept = 0
    with project.run() as cache:
        for number in range(1_000, 9_000):
            found = cache.get(key_of(cache, number), step="s")
            if found is not None:
                data = b"%d " % number * (20_000 if number % 10 == 0 else 3)
                assert found.kept == Encoded("text", data)
                kept += 1
        cache.put(key_of(cache, "new"), 1)
        assert cache.get(key_of(cache, "new")) is not None
    assert kept
    assert not cache.warnings


def database(project) -> Path:
    return project.directory / "cache.sqlite"


def test_a_damaged_entry_is_no_result(project) -> None:
    with project.run() as cache:
        cache.put(key_of(cache), 1, step="s")
    with sqlite3.connect(database(project)) as connection:
        connection.execute("UPDATE entries SET value = '2'")
    connection.close()
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is None
        cache.put(key_of(cache), 3, step="s")
    assert len(cache.warnings) == 1
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s").kept == 3


@pytest.mark.parametrize("damage", [b"", b"x" * 100_000])
def test_a_damaged_file_of_a_large_value_is_no_result(project, damage: bytes) -> None:
    large = Encoded("bytes", b"y" * 100_000)
    with project.run() as cache:
        cache.put(key_of(cache), large, step="s")
    (blob,) = (project.directory / "blobs").iterdir()
    blob.write_bytes(damage)
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is None
        cache.put(key_of(cache), large, step="s")
    assert len(cache.warnings) == 1
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s").kept == large
    blob.unlink()
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is None


@pytest.mark.parametrize("damage", [b"no database" * 1000, b"SQLite format 3\0" + b"\1" * 5000])
def test_a_file_that_is_no_database_begins_anew(project, damage: bytes) -> None:
    with project.run() as cache:
        cache.put(key_of(cache), 1, step="s")
    for name in ("cache.sqlite-wal", "cache.sqlite-shm"):
        (project.directory / name).unlink(missing_ok=True)
    database(project).write_bytes(damage)
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is None
        cache.put(key_of(cache), 1, step="s")
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is not None


def test_random_damage_never_gives_a_wrong_value(project) -> None:
    with project.run() as cache:
        for number in range(300):
            cache.put(key_of(cache, number), f"value {number}", step="s")
    sound = database(project).read_bytes()
    for seed in range(15):
        draw = random.Random(seed)
        data = bytearray(sound)
        for _ in range(draw.choice([1, 20, 400])):
            data[draw.randrange(100, len(data))] = draw.randrange(256)
        for name in ("cache.sqlite-wal", "cache.sqlite-shm", "damaged"):
            (project.directory / name).unlink(missing_ok=True)
        database(project).write_bytes(data)
        for _ in range(2):
            with project.run() as cache:
                for number in range(300):
                    found = cache.get(key_of(cache, number), step="s")
                    assert found is None or found.kept == f"value {number}"
                    cache.put(key_of(cache, number), f"value {number}", step="s")


def test_a_damaged_file_is_not_replaced_under_another_run(project) -> None:
    with project.run() as first:
        first.put(key_of(first), 1, step="s")
        (project.directory / "damaged").touch()
        with project.run() as second:
            assert second.get(key_of(second), step="s") is None
        assert len(second.warnings) == 1
        assert first.get(key_of(first), step="s") is not None
    with project.run() as cache:
        assert cache.get(key_of(cache), step="s") is None
        assert not cache.warnings


def test_a_directory_that_cannot_be_written_fails_no_run(project, tmp_path: Path) -> None:
    project.directory.parent.mkdir(parents=True)
    project.directory.write_text("a file")
    with project.run() as cache:
        key = key_of(cache)
        cache.put(key, 1, step="s")
        assert cache.get(key, step="s") is None
    assert len(cache.warnings) == 1


def test_values_are_unpickled_only_when_the_step_says_so(project) -> None:
    with project.run() as cache:
        plain, pickled = key_of(cache), key_of(cache, codec="pickle")
        for key in (plain, pickled):
            cache.put(key, Encoded("pickle", b"..."), step="s")
        assert cache.get(plain) is None
        assert cache.get(pickled) is not None


def test_what_is_too_much_goes_longest_unused_first(project, monkeypatch: pytest.MonkeyPatch) -> None:
    value = Encoded("bytes", b"z" * 10_000)
    now = caches.time.time()
    for number in range(10):
        monkeypatch.setattr(caches.time, "time", lambda number=number: now + number * 100)
        with project.run() as cache:
            cache.put(key_of(cache, number), value, step="s")
    monkeypatch.setattr(caches.time, "time", lambda: now + 5_000)
    with project.run(max_size=65_000) as cache:
        assert cache.get(key_of(cache, 0)) is not None
        cache.put(key_of(cache, 10), value, step="s")
    with project.run() as cache:
        left = [number for number in range(11) if cache.get(key_of(cache, number)) is not None]
    assert left == [0, 7, 8, 9, 10]


def test_files_go_with_the_last_entry_that_has_them(project) -> None:
    from specc_targets.local.cache.catalogue import Catalogue

    large = Encoded("bytes", b"y" * 100_000)
    with project.run() as cache:
        for number in range(2):
            cache.put(key_of(cache, number), large, step=f"s{number}")
    blobs = project.directory / "blobs"
    assert len(list(blobs.iterdir())) == 1
    with Catalogue(project.directory) as catalogue:
        assert catalogue.remove(["s0"]).entries == 1
        assert len(list(blobs.iterdir())) == 1
        assert catalogue.remove(["s1"]).entries == 1
        assert not list(blobs.iterdir())
