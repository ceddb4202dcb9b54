"""The same for `async` programs: the loop goes on, and cancelling leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from pathlib import Path

import pytest

import specc
from specc import aio


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_everything_has_an_async_twin(project: Path) -> None:
    async def main() -> None:
        assert await aio.check("birds.toml") == []
        assert "local/plan.json" in await aio.compile("birds.toml", ["local"])
        result = await aio.run("birds.toml", {"limit": 1})
        assert result.check().outputs == {"song": ["flappy goose"]}
        assert [item.passed for item in await aio.test("birds.toml")] == [True, False]
        with pytest.raises(specc.SpecError):
            await aio.run("no-such.toml")

    asyncio.run(main())


def test_the_loop_goes_on_and_gets_the_events(project: Path) -> None:
    async def main() -> None:
        here, found = threading.get_ident(), []
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        beating = asyncio.create_task(beat())
        result = await aio.run("birds.toml", on_event=lambda event: found.append((threading.get_ident(), event.type)))
        beating.cancel()
        assert result.succeeded
        assert beats > 1
        assert {thread for thread, _ in found} == {here}
        assert [found[0][1], found[-1][1]] == ["run-started", "run-ended"]

    asyncio.run(main())


def test_a_stream(project: Path) -> None:
    async def main() -> None:
        async with aio.stream("birds.toml") as events:
            types = [event.type async for event in events]
            result = await events.result()
        assert (types[0], types[-1]) == ("run-started", "run-ended")
        assert result.succeeded
        assert [event async for event in events] == []

    asyncio.run(main())


def test_leaving_a_stream_stops_the_run(project: Path) -> None:
    async def main() -> None:
        async with aio.stream("waiting.toml") as events:
            async for event in events:
                if event.type == "step-started":
                    break
        assert (project / "noted").exists()
        assert (await events.result()).status == "interrupted"

    asyncio.run(main())


def test_cancelling_stops_the_run(project: Path) -> None:
    async def main() -> None:
        started = asyncio.Event()
        task = asyncio.create_task(aio.run("waiting.toml", on_event=lambda _: started.set()))
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (project / "noted").exists(), "the finally steps have run"
        assert not [thread for thread in threading.enumerate() if thread.name == "specc-run"]
        assert (await aio.run("birds.toml")).succeeded, "and the next run is not held up"

    asyncio.run(main())


def test_what_a_listener_raises_ends_the_run(project: Path) -> None:
    def tell(event: specc.Event) -> None:
        raise LookupError("enough")

    async def main() -> None:
        with pytest.raises(LookupError, match="enough"):
            await aio.run("waiting.toml", on_event=tell)
        assert (project / "noted").exists()

    asyncio.run(main())


def test_a_timeout_stops_the_run(project: Path) -> None:
    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await aio.run("waiting.toml")
        assert not [thread for thread in threading.enumerate() if thread.name == "specc-run"]

    asyncio.run(main())


def test_cancelling_leaves_no_process(project: Path) -> None:
    (project / "hanging.py").write_text(
        "import os, pathlib, time\ndef hang():\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n    time.sleep(3600)\n"
    )
    text = 'specc = 1\nkind = "pipeline"\nname = "x"\n[steps.a]\ncall = "hanging:hang"\nisolation = "process"\n'

    async def main() -> None:
        task = asyncio.create_task(aio.run(text))
        deadline = time.monotonic() + 60
        while not (project / "pid").exists() or not (project / "pid").read_text():
            assert time.monotonic() < deadline
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    pid, deadline = int((project / "pid").read_text()), time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid)


def test_runs_that_are_started_together(project: Path) -> None:
    async def main() -> None:
        results = await asyncio.gather(*(aio.run("birds.toml", {"limit": 1 + number % 2}) for number in range(4)))
        assert [len(result.outputs["song"]) for result in results] == [1, 2, 1, 2]

    asyncio.run(main())


def test_a_run_that_waits_for_its_turn_can_be_cancelled(project: Path) -> None:
    async def main() -> None:
        started = asyncio.Event()
        first = asyncio.create_task(aio.run("waiting.toml", on_event=lambda _: started.set()))
        await started.wait()
        second = asyncio.create_task(aio.run("birds.toml"))
        await asyncio.sleep(0)
        second.cancel()
        with pytest.raises(asyncio.CancelledError):
            await second
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first

    asyncio.run(main())


def test_inside_of_a_loop_the_plain_functions_work_too(project: Path) -> None:
    async def main() -> None:
        assert specc.run("birds.toml").succeeded, "as in a notebook"
        assert [event.type for event in specc.stream("birds.toml")][-1] == "run-ended"

    asyncio.run(main())


def test_cancelling_tests(project: Path) -> None:
    (project / "waiting.toml").write_text(
        (project / "waiting.toml").read_text() + '\n[[tests]]\nname = "never ends"\nexpect = {}\n'
    )

    async def main() -> None:
        task = asyncio.create_task(aio.test("waiting.toml"))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
