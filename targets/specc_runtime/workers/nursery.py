"""The process that worker processes are forked from: a bare one, without threads, that has imported the runtime once.

It is the parent of all of them, and of whatever they leave behind, so it knows for sure which are still there. When the
engine closes its socket, or is gone for whatever reason, it kills every process below it and ends. Linux only.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import marshal
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from specc_runtime.functions import use_root
from specc_runtime.programs.table import below, mark_of
from specc_runtime.workers.baton import Baton
from specc_runtime.workers.loop import Loop

_PATIENCE = 5.0
"""Seconds to wait for the end of processes that have been killed."""
_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36


def main(descriptor: int, engine: int, root: str, *, logs: bool) -> None:
    """Do what the engine, process `engine`, asks for on the socket `descriptor`, until it is gone."""
    os.set_inheritable(descriptor, False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    use_root(Path(root))
    nursery = _Nursery(socket.socket(fileno=descriptor), ctypes.CDLL(None), logs=logs)
    gc.freeze()  # what is there now stays shared with all that are forked
    try:
        with contextlib.suppress(OSError):  # the engine is gone while it gets an answer
            nursery.serve(engine)
    finally:
        nursery.end()


class _Nursery:
    """Answers ("start",), ("kill", pid) and ("status", pid), one after the other."""

    def __init__(self, control: socket.socket, libc: ctypes.CDLL, *, logs: bool) -> None:
        self._control, self._libc, self._logs = control, libc, logs
        self._libc.prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._pid = os.getpid()
        self._alive: set[int] = set()
        self._statuses: dict[int, int] = {}
        self._woken, wake = os.pipe()
        self._own = [self._woken, wake]
        for end in self._own:
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)

    def serve(self, engine: int) -> None:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        with contextlib.suppress(ProcessLookupError):  # gone already: the loop is not entered
            self._own.append(os.pidfd_open(engine))
            poll.register(self._own[-1], select.POLLIN)
        while os.getppid() == engine:
            ready = {descriptor for descriptor, _ in poll.poll()}
            self._drain()
            self._reap()
            if self._control.fileno() in ready:
                request = self._control.recv(4096)
                if not request:
                    return
                kind, *arguments = marshal.loads(request)
                getattr(self, f"_{kind}")(*arguments)

    def _drain(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(self._woken, 4096)

    def _reply(self, *answer: Any, descriptors: tuple[int, ...] = ()) -> None:
        if descriptors:
            socket.send_fds(self._control, [marshal.dumps(answer)], descriptors)
        else:
            self._control.send(marshal.dumps(answer))

    def _start(self) -> None:
        with contextlib.ExitStack() as stack:
            try:
                ours, theirs = socket.socketpair()
                stack.callback(ours.close)
                stack.callback(theirs.close)
                baton = Baton()
                stack.callback(baton.close)
                pid = os.fork()
            except OSError as error:
                self._reply("failed", str(error))
                return
            if pid == 0:
                ours.close()
                self._become_worker(theirs, baton)
            self._alive.add(pid)
            try:
                handle = os.pidfd_open(pid)  # before anything lets go of the process: it can be no other
            except OSError as error:
                os.killpg(pid, signal.SIGKILL)
                self._reply("failed", str(error))
                return
            stack.callback(os.close, handle)
            self._reply("started", pid, descriptors=(ours.fileno(), handle, *baton.ends))

    def _become_worker(self, engine: socket.socket, baton: Baton) -> NoReturn:
        try:
            os.setsid()
            self._libc.prctl(_SET_DEATH_SIGNAL, int(signal.SIGKILL), 0, 0, 0)
            if os.getppid() != self._pid:
                os._exit(1)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            self._control.close()
            for descriptor in self._own:
                os.close(descriptor)
            Loop(engine, baton).serve(logs=self._logs)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _kill(self, pid: int) -> None:
        """Kill the worker `pid` and all that its items started, also what left its process group."""
        if pid in self._alive:
            others = below(pid)
            os.killpg(pid, signal.SIGKILL)
            for one in others:
                with contextlib.suppress(OSError):
                    os.kill(one.pid, signal.SIGKILL)
        self._reply("killed")

    def _status(self, pid: int) -> None:
        self._reap()
        self._reply("status", self._statuses.pop(pid, None))

    def _reap(self) -> None:
        """Let go of all that has ended; of a worker only after the rest of its process group has been killed.

        The programs that it had started, which lead groups of their own, are gone, too, when this returns.
        """
        dead: list[int] = []
        with contextlib.suppress(ChildProcessError):
            while (found := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)) is not None:
                pid = found.si_pid
                if pid in self._alive:
                    self._alive.discard(pid)
                    dead.append(pid)
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)
                    self._statuses[pid] = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                else:
                    os.waitpid(pid, 0)
        for pid in dead:
            self._end_programs(pid)

    def _end_programs(self, worker: int) -> None:
        """Kill what a worker that is dead had under way, and wait: what it has leased may be leased again."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            left = [
                one.pid
                for one in below(self._pid)
                if one.parent == self._pid
                and one.pid not in self._alive
                and (one.session == worker or mark_of(one.pid).startswith(f"{worker}-"))
            ]
            if not left:
                return
            for pid in left:
                for each in (pid, *(one.pid for one in below(pid))):
                    with contextlib.suppress(OSError):
                        os.kill(each, signal.SIGKILL)
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
            time.sleep(0.001)

    def end(self) -> None:
        """Kill all that is below this process, and wait until it is gone."""
        self._control.close()
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        deadline = time.monotonic() + _PATIENCE
        while (left := below(self._pid)) and time.monotonic() < deadline:
            for one in left:
                with contextlib.suppress(OSError):  # it has just ended, or belongs to somebody else
                    os.kill(one.pid, signal.SIGKILL)
            poll.poll(100)
            self._drain()
            self._reap()
