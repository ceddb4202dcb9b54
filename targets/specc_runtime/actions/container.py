"""Runs a container with Docker or Podman: the action `container` of local runs.

The container has the engine's default network, no folder of this machine, and of the environment just what the step and
its `container` table say. It is removed when it ends, and also when this process is killed.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from specc_runtime.actions.command import run as run_command
from specc_runtime.actions.command import text_of_argument, words
from specc_runtime.errors import CommandError

ENGINES = ("docker", "podman")
"""The programs that run containers, the first one found."""
ENGINE_FAILED = 125
"""Their exit status when it was not the container that failed."""
_SECONDS_TO_REMOVE = 60
_REMOVER = """
import subprocess, sys
sys.stdin.read()
subprocess.run([sys.argv[1], "rm", "--force", sys.argv[2]], timeout=60, check=False,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
"""Waits until its standard input closes, which whoever holds the other end cannot prevent by dying."""


def run(
    container: Mapping[str, Any],
    result: Literal["text", "json", "lines", "jsonl", "csv", "exit"] | None = None,
    env: Mapping[str, Any] | None = None,
) -> Any:
    """Run the container to its end. Without `result` the value is null, and what it prints is its log.

    `exit` is its status, where any is a value; else `result` says how what it prints on its standard output is read.
    Raises `CommandError`, `OutputMismatch`, `ArgumentMismatch`.
    """
    engine = find_engine()
    environment = variables(container, env)
    name = f"specc-{uuid.uuid4().hex}"
    # Values are handed over by the environment of the engine's program: everybody may see a command line.
    flags = [part for variable in environment for part in ("--env", variable)]
    command = [engine, "run", "--rm", "--name", name, *flags, "--", str(container["image"]), *arguments(container)]
    with _removed(engine, name):
        if result is not None and result != "exit":
            return run_command(command, result, environment)
        status = run_command(command, "exit", environment)
    if status == ENGINE_FAILED:
        raise CommandError(f"`{engine}` could not run the image `{container['image']}`; its log says why")
    if result == "exit":
        return status
    if status:
        raise CommandError(f"the container of `{container['image']}` ended with status {status}")
    return None


def find_engine() -> str:
    """The program that runs containers. Raises `CommandError` when there is none."""
    for name in ENGINES:
        found = shutil.which(name)
        if found is not None:
            return found
    raise CommandError(
        "there is neither `docker` nor `podman` on the PATH; install one of them, or run the step on AWS with "
        '`engine = "batch"`'
    )


def arguments(container: Mapping[str, Any]) -> list[str]:
    """The command and its arguments; empty for the image's own."""
    command = container.get("command")
    return words(command) if command else []


def variables(container: Mapping[str, Any], env: Mapping[str, Any] | None) -> dict[str, str]:
    """The environment of a container: what its table says goes over what its step says."""
    stated = {**(env or {}), **(container.get("env") or {})}
    return {name: text_of_argument(value, f"`env.{name}`") for name, value in stated.items()}


@contextlib.contextmanager
def _removed(engine: str, name: str) -> Iterator[None]:
    """Remove the container in the end, whatever ends this process: the engine's program dies without doing so."""
    remover = subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _REMOVER, engine, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert remover.stdin is not None
    try:
        yield
    except BaseException:
        remover.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            remover.wait(_SECONDS_TO_REMOVE)
        raise
    remover.kill()
    remover.wait()
    remover.stdin.close()
