"""What is printed and logged is caught whole, with the place it came from."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from specc_runtime import capture
from specc_runtime.captured_streams import LONGEST

Lines = list[tuple[Any, str, str | None, str]]


@contextmanager
def catching() -> Iterator[Lines]:
    """Lines that are printed meanwhile, at a place. No fixture: pytest changes the streams between setup and call."""
    lines: Lines = []
    token = capture.place.set(("a", (1,)))
    try:
        with capture.installed(lambda *line: lines.append(line)):
            yield lines
    finally:
        capture.place.reset(token)


def texts(lines: Lines) -> list[str]:
    return [line[3] for line in lines]


def test_lines_come_whole_with_their_place() -> None:
    with catching() as caught:
        print("one", end="")
        print(" line\ntwo\n\nthree")
        print("problem", file=sys.stderr)
        assert caught == [
            (("a", (1,)), "stdout", None, "one line"),
            (("a", (1,)), "stdout", None, "two"),
            (("a", (1,)), "stdout", None, ""),
            (("a", (1,)), "stdout", None, "three"),
            (("a", (1,)), "stderr", None, "problem"),
        ]


def test_a_begun_line_ends_with_the_call() -> None:
    with catching() as caught:
        print("begun", end="")
        assert caught == []
        capture.leave()
        capture.place.set(("b", ()))
        print("next")
        assert caught == [(("a", (1,)), "stdout", None, "begun"), (("b", ()), "stdout", None, "next")]


def test_a_begun_line_is_not_lost_at_the_end() -> None:
    lines: Lines = []
    with capture.installed(lambda *line: lines.append(line)):
        print("begun", end="")
    assert texts(lines) == ["begun"]


def test_begun_lines_of_two_calls_in_one_thread_stay_apart() -> None:
    with catching() as caught:

        async def call(index: int) -> None:
            capture.place.set(("m", (index,)))
            for part in range(3):
                print(index, part, end=" ")
                await asyncio.sleep(0)
            print()

        async def both() -> None:
            await asyncio.gather(call(7), call(8))

        asyncio.run(both())
        assert caught == [
            (("m", (7,)), "stdout", None, "7 0 7 1 7 2 "),
            (("m", (8,)), "stdout", None, "8 0 8 1 8 2 "),
        ]


def test_threads_never_mix_lines() -> None:
    with catching() as caught:

        def work(index: int) -> None:
            capture.place.set(("m", (index,)))
            for number in range(200):
                print(index, number, sep=":", end=" ")
                print("end")

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(work, range(32)))
        assert len(caught) == 32 * 200
        by_item = {index: [line[3] for line in caught if line[0] == ("m", (index,))] for index in range(32)}
        assert all(found == [f"{index}:{number} end" for number in range(200)] for index, found in by_item.items())


def test_a_thread_of_the_users_has_no_place_but_asyncio_keeps_it() -> None:
    with catching() as caught:
        thread = threading.Thread(target=lambda: print("thread"))
        thread.start()
        thread.join()

        async def inside() -> None:
            await asyncio.to_thread(print, "to_thread")

        asyncio.run(inside())
        assert [(line[0], line[3]) for line in caught] == [(None, "thread"), (("a", (1,)), "to_thread")]


def test_of_a_progress_bar_the_last_state_is_left() -> None:
    with catching() as caught:
        for percent in range(0, 101, 10):
            print(f"\r{percent}%", end="", file=sys.stderr)
        print(file=sys.stderr)
        print("windows\r\nlines\r\n", end="")
        assert texts(caught) == ["100%", "windows", "lines"]


def test_endless_lines_come_in_pieces() -> None:
    with catching() as caught:
        for _ in range(30):
            sys.stdout.write("x" * 10_000)
        print()
        assert "".join(texts(caught)) == "x" * 300_000
        assert max(map(len, texts(caught))) <= LONGEST + 10_000


def test_the_streams_are_text_streams() -> None:
    with catching() as caught:
        assert sys.stdout.writable()
        assert not sys.stdout.isatty()
        assert sys.stdout.encoding == "utf-8"
        assert sys.stdout.write("é\n") == 2
        assert sys.stdout.buffer.write(b"caf\xc3") == 4
        sys.stdout.buffer.write(b"\xa9 \xff\n")
        sys.stdout.writelines(["a\n", "b\n"])
        sys.stdout.flush()
        sys.stdout.close()
        print("still open")
        with pytest.raises(TypeError, match="bytes"):
            sys.stdout.write(b"x")
        assert texts(caught) == ["é", "café �", "a", "b", "still open"]


def test_processes_inherit_the_descriptor(capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        behind = sys.stdout
        with capture.installed(lambda *line: None):
            assert sys.stdout.fileno() == behind.fileno()
            done = subprocess.run([sys.executable, "-c", ""], stdout=sys.stdout, check=True)
    assert done.returncode == 0


def test_a_reference_kept_after_the_end_writes_to_the_stream_behind(capsys: pytest.CaptureFixture[str]) -> None:
    with capture.installed(lambda *line: None):
        kept = sys.stdout
    kept.write("after\n")
    assert capsys.readouterr().out == "after\n"
    assert sys.stdout is not kept


def test_a_forked_child_writes_to_its_own_descriptors() -> None:
    with catching():
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, b"caught" if capture.is_installed() else b"own")
            os._exit(0)
        os.waitpid(child, 0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            assert pipe.read() == b"own"


class TestLogging:
    def test_records_come_with_their_level(self) -> None:
        with catching() as caught:
            logging.warning("low on %s", "ink")
            logging.getLogger("lib").error("line\nline")
            logging.getLogger("lib").debug("not shown")
            assert caught == [
                (("a", (1,)), "logging", "WARNING", "low on ink"),
                (("a", (1,)), "logging", "ERROR", "lib: line"),
                (("a", (1,)), "logging", "ERROR", "line"),
            ]

    def test_an_exception_comes_with_its_traceback(self) -> None:
        with catching() as caught:
            try:
                raise ValueError("bad")
            except ValueError:
                logging.exception("it failed")
            assert caught[0][1:] == ("logging", "ERROR", "it failed")
            assert texts(caught)[1].startswith("Traceback")
            assert texts(caught)[-1] == "ValueError: bad"

    def test_basic_config_works_as_if_we_were_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest's
        with catching() as caught:
            logging.basicConfig(level=logging.INFO, format="[%(levelname)s] %(message)s")
            logging.info("hello")
            assert caught == [(("a", (1,)), "logging", "INFO", "[INFO] hello")]

    def test_a_handler_of_the_users_is_not_doubled(self) -> None:
        with catching() as caught:
            handler = logging.StreamHandler()
            handler.setFormatter(logging.Formatter("mine: %(message)s"))
            logger = logging.getLogger("users")
            logger.addHandler(handler)
            try:
                logger.warning("once")
            finally:
                logger.removeHandler(handler)
            assert caught == [(("a", (1,)), "stderr", None, "mine: once")]

    def test_all_is_as_it_was_afterwards(self) -> None:
        root = logging.getLogger()
        before = (logging.basicConfig, list(root.handlers), root.level)
        with capture.installed(lambda *line: None):
            logging.basicConfig(level=logging.DEBUG)
        assert (logging.basicConfig, list(root.handlers), root.level) == before

    def test_a_wrong_record_fails_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(logging.getLogger(), "handlers", [])
        with catching() as caught:
            logging.warning("%d", "text")
            logging.warning("next")
            assert texts(caught)[-1] == "next"


class TestSinks:
    def test_secrets_are_hidden_from_every_stream(self) -> None:
        with catching() as caught:
            with capture.redacting(lambda text: text.replace("s3cret", "***")):
                print("a s3cret")
                print("s3c", end="")
                print("ret")
                logging.warning("s3cret")
            capture.deliver(None, "stdout", None, "late s3cret")  # of another process
            assert texts(caught) == ["a ***", "***", "***", "late ***"]

    def test_hiding_ends_with_the_sink(self) -> None:
        with catching() as caught:
            inner: Lines = []
            with capture.installed(lambda *line: inner.append(line)), capture.redacting(str.upper):
                print("in")
            print("out")
            assert (texts(inner), texts(caught)) == (["IN"], ["out"])

    @pytest.mark.parametrize("sink", [lambda *line: print("from the sink"), lambda *line: 1 // 0])
    def test_a_sink_that_prints_or_fails_fails_no_step(
        self, sink: Callable[..., None], capfd: pytest.CaptureFixture[str]
    ) -> None:
        with capture.installed(sink):
            print("a")
            print("b")
        assert len(capfd.readouterr().err.splitlines()) == 2

    def test_without_one_lines_go_to_standard_error(self, capfd: pytest.CaptureFixture[str]) -> None:
        capture.deliver(("a", ()), "stdout", None, "line")
        assert capfd.readouterr() == ("", "line\n")


class Straggler:
    """A call in a thread that goes on after the run; it does one thing after the other, as it is told."""

    def __init__(self) -> None:
        self._given: queue.Queue[Callable[[], Any] | None] = queue.Queue()
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self) -> None:
        capture.place.set(("late", ()))
        while (job := self._given.get()) is not None:
            job()
            self._given.task_done()

    def do(self, job: Callable[[], Any]) -> None:
        self._given.put(job)
        self._given.join()

    def end(self) -> None:
        self._given.put(None)
        self.thread.join()


@pytest.fixture
def as_before() -> Iterator[None]:
    """What a run leaves behind is taken away."""
    yield
    capture._left.clear()
    capture._redactions.clear()


@contextmanager
def left_behind() -> Iterator[tuple[Straggler, Any]]:
    """A straggler of a run that is over, and the standard output that it had."""
    before = sys.stdout, sys.stderr
    with capture.installed(lambda *line: None), capture.redacting(lambda text: text.replace("s3cret", "***")):
        held = sys.stdout
        straggler = Straggler()
    try:
        yield straggler, held
    finally:
        straggler.end()
        sys.stdout, sys.stderr = before


@pytest.mark.usefixtures("as_before")
class TestAfterTheEnd:
    def test_a_call_that_goes_on_prints_to_standard_error_with_secrets_hidden(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with left_behind() as (straggler, held):
            straggler.do(lambda: print("printed s3cret"))
            straggler.do(lambda: print("error s3cret", file=sys.stderr))
            straggler.do(lambda: print("held", "s3cret", file=held))
            straggler.do(lambda: sys.stdout.buffer.write(b"bytes s3cret\n"))
            straggler.do(lambda: held.buffer.write(b"held bytes s3cret\n"))
            straggler.do(lambda: logging.StreamHandler(sys.stdout).emit(logging.makeLogRecord({"msg": "log s3cret"})))
        out, err = capfd.readouterr()
        assert out == ""
        assert err.splitlines() == ["printed ***", "error ***", "held ***", "bytes ***", "held bytes ***", "log ***"]

    def test_a_thread_that_it_starts_is_like_it(self, capfd: pytest.CaptureFixture[str]) -> None:
        def start() -> None:
            thread = threading.Thread(target=lambda: print("deeper s3cret"))
            thread.start()
            thread.join()

        with left_behind() as (straggler, _):
            straggler.do(start)
        assert capfd.readouterr() == ("", "deeper ***\n")

    def test_lines_of_other_processes_that_come_late_are_masked(self, capfd: pytest.CaptureFixture[str]) -> None:
        with left_behind() as (straggler, _):
            straggler.do(lambda: capture.deliver(None, "stdout", None, "late s3cret"))
        assert capfd.readouterr() == ("", "late ***\n")

    def test_the_program_prints_as_ever(self, capfd: pytest.CaptureFixture[str]) -> None:
        known = Straggler()
        with left_behind():
            print("result s3cret")
            known.do(lambda: print("known s3cret"))
            sys.stdout.flush()
        new = Straggler()
        new.do(lambda: print("new s3cret"))
        new.end()
        known.end()
        assert capfd.readouterr() == ("result s3cret\nknown s3cret\nnew s3cret\n", "")

    def test_a_thread_begun_when_all_have_ended_is_the_programs(self, capfd: pytest.CaptureFixture[str]) -> None:
        with left_behind() as (straggler, _):
            straggler.end()
            other = Straggler()
            other.do(lambda: print("mine s3cret"))
            other.end()
        assert capfd.readouterr() == ("mine s3cret\n", "")

    def test_the_next_run_is_not_disturbed_and_shows_no_secret_of_the_first(
        self, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with left_behind() as (straggler, _):
            with catching() as caught:
                worker = Straggler()
                worker.do(lambda: print("of the second"))
                straggler.do(lambda: print("late s3cret"))
                worker.end()
            print("after")
            straggler.do(lambda: print("later s3cret"))
            assert texts(caught) == ["of the second", "late ***"]
        assert capfd.readouterr() == ("after\n", "later ***\n")
