"""Runs a module as `python -m` does, in a process forked from the zygote, and tells how it ended."""

from __future__ import annotations

import os
import runpy
import socket
import sys
import traceback
from typing import Any

from specc_targets.emulator.sandbox import send


def run_module(connection: socket.socket, settings: dict[str, Any]) -> None:
    """Fork once more, so that there is a process that ends and one that sees how: its status, or minus its signal."""
    process = os.fork()
    if process == 0:
        connection.close()
        os._exit(_run(settings))
    send(connection, {"process": process})
    _, status = os.waitpid(process, 0)
    send(connection, {"status": os.waitstatus_to_exitcode(status)})


def _run(settings: dict[str, Any]) -> int:
    os.setsid()
    os.environ.clear()
    os.environ.update(settings["environment"])
    log = os.open(settings["log"], os.O_WRONLY | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.chdir(settings["code"])
    sys.path.insert(0, settings["code"])
    sys.argv = [settings["module"]]
    sys.dont_write_bytecode, sys.pycache_prefix = False, settings["bytecode"]  # each job imports all of the package
    for name in [name for name in sys.modules if name.partition(".")[0] == "specc_runtime"]:
        del sys.modules[name]  # the zygote's own; the package brings one
    status: Any = 0
    try:
        runpy.run_module(settings["module"], run_name="__main__", alter_sys=True)
    except SystemExit as left:
        status = left.code
    except BaseException:  # as Python does at the end of a program
        traceback.print_exc()
        status = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    if isinstance(status, int):
        return status & 0xFF
    return 0 if status is None else 1
