"""Runs a program on Pulumi's own runtime: a process of its own, which imports nothing of ours.

Arguments: the address of monitor and engine, the project, the stack, `preview` or `up`, the folder of the program, the
process that asks.
Configuration is in `PULUMI_CONFIG`, the names of secrets in it in `PULUMI_CONFIG_SECRET_KEYS`.
"""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Thread
from typing import Any

WATCH = 1
"""Seconds between looks at whether the parent is still there."""
ASKED = "asked: "
"""How what is told of the settings that the program has asked for begins."""
NEAR = 3
"""Names that are told in place of one that there is not."""
THREADS = 16
"""Resources that are registered at once. Those that wait for others do not count."""


def main(address: str, project: str, stack: str, mode: str, folder: str, parent: str) -> int:
    """Run the program; what fails is told to the engine."""
    Thread(target=_end_with, args=(int(parent),), daemon=True).start()
    import pulumi
    import pulumi.runtime
    from pulumi.runtime.config import CONFIG
    from pulumi.runtime.stack import run_in_stack

    directory = Path(folder)
    debug = pulumi.log.debug
    pulumi.log.debug = _unsaid
    settings = pulumi.runtime.Settings(
        project=project,
        stack=stack,
        monitor=address,
        engine=address,
        parallel=THREADS,
        dry_run=mode == "preview",
        organization="organization",
        root_directory=str(directory),
    )
    pulumi.runtime.configure(settings)
    secret_keys = json.loads(os.environ.pop("PULUMI_CONFIG_SECRET_KEYS"))
    given = _Settings(json.loads(os.environ.pop("PULUMI_CONFIG")))
    pulumi.runtime.set_all_config({}, secret_keys)
    CONFIG.set(given)
    pulumi.runtime.invoke = _answered(pulumi.runtime.invoke)
    pulumi.runtime.call = _uncalled
    sys.path.insert(0, str(directory))
    sys.argv = [str(directory / "__main__.py")]
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(THREADS))
    loop.set_exception_handler(lambda *_: None)  # what is left undone after a failure is no news
    try:
        loop.run_until_complete(run_in_stack(lambda: _run(directory)))
    except SystemExit as ending:
        # Even without a fault: what it has not come to would be deleted.
        how = f"with {ending.code!r}" if ending.code else "before its end"
        pulumi.log.error(f"the program ended itself {how}")
    except BaseException as error:  # whatever it is, it is told, and the process ends
        pulumi.log.error(_told(error, directory))
    else:
        debug(ASKED + json.dumps(sorted(given.asked)))
        return 0
    return 1


class _Settings(dict[str, Any]):
    """The configuration, which remembers what it is asked for."""

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(values)
        self.asked: set[str] = set()

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)


def _answered(invoke: Any) -> Any:
    """The same, which says so where nobody here has the answer: the program cannot wait for it."""

    def asked(tok: str, *more: Any, **options: Any) -> Any:
        found = invoke(tok, *more, **options)
        if not found.is_known:
            name = tok.rpartition(":")[2]
            called = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
            raise RuntimeError(
                f"a preview cannot ask the account what `{name}` finds: write `{called}_output`, whose result need not "
                "be known yet; `specc up` can ask"
            )
        return found

    return asked


def _uncalled(tok: str, *_: Any, **__: Any) -> Any:
    name = tok.rpartition(":")[2].rpartition("/")[2]
    raise RuntimeError(
        f"a preview cannot call `{name}`: only the provider of the resource, which the Pulumi CLI starts, can answer"
    )


def _end_with(parent: int) -> None:
    """End when whoever asked is no more: nobody would read the answer, or stop a program that goes on for ever."""
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)


def _unsaid(*_: object, **__: object) -> None:
    """What the runtime says to itself: a call for each line, and nobody reads it."""


def _run(directory: Path) -> None:
    runpy.run_path(str(directory / "__main__.py"), run_name="__main__")


def _told(error: BaseException, directory: Path) -> str:
    """Where in the program something went wrong, and what."""
    text = str(error) or type(error).__name__
    said = (
        text
        if type(error) in (Exception, RuntimeError) or type(error).__name__.startswith("_")
        else f"{type(error).__name__}: {text}"
    )
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_name(error.filename, directory)}:{error.lineno}: SyntaxError: {error.msg}"
    frames = [frame for part in _chain(error) for frame in _frames(part, directory)]
    if not frames:
        return said
    last = frames[-1]
    if isinstance(error, KeyError):
        said += _nearest(error, last.line or "")
    line = f"\n    {last.line}" if last.line else ""
    return f"{_name(last.filename, directory)}:{last.lineno}: {said}{line}"


def _nearest(error: KeyError, line: str) -> str:
    """What is there in place of a resource that `extra` has looked for: empty where it has looked elsewhere."""
    trace, key = error.__traceback__, error.args[0] if error.args else None
    while trace is not None:
        code, values = trace.tb_frame.f_code, trace.tb_frame.f_locals
        if code.co_name == "extra" and code.co_argcount:
            name = code.co_varnames[0]
            there = values.get(name)
            if f"{name}[" in line and isinstance(there, dict) and isinstance(key, str) and key not in there:
                from difflib import get_close_matches

                near = get_close_matches(key, sorted(there), NEAR, 0.4) or sorted(there)
                return f": there is no such resource, but there is {', '.join(f'`{item}`' for item in near)}"
        trace = trace.tb_next
    return ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What led to an error, and the error."""
    if error is not None:
        yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def _frames(error: BaseException, directory: Path) -> list[traceback.FrameSummary]:
    """The frames of the program's own files."""
    frames = traceback.extract_tb(error.__traceback__)
    return [frame for frame in frames if Path(frame.filename).is_relative_to(directory)]


def _name(file: str, directory: Path) -> str:
    path = Path(file)
    return path.relative_to(directory).as_posix() if path.is_relative_to(directory) else file


if __name__ == "__main__":
    code = main(*sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    # Everything is told. Threads that still wait for an answer would keep the process.
    os._exit(code)
