"""What the server of scripts does: it forks a process for a run, waits for its end, and kills what it leaves behind.

Requests come over a socket, one after the other; when it closes, everything below this process is killed. Loads nothing
beyond what a bare Python has loaded, so that scripts find their own modules and the standard library's as ever.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` itself loads `enum`
import _socket
import marshal
import os
import select
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PATIENCE = 5.0
"""Seconds to wait for the end of processes that have been killed."""
HEADER = 8
"""Bytes of the length of a request, with which come the descriptors."""
REPORT = 250
"""The descriptor to which a run reports, high up: a script's own files get the numbers that they always have."""
_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_statuses: dict[int, int] = {}


def serve(descriptor: int) -> dict[str, Any]:
    """Answer each request with the number of its process and then with its status; return only in such a process."""
    control = _socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    _signal.signal(_signal.SIGCHLD, lambda *_: None)
    _signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    _control_process(_SET_CHILD_SUBREAPER, 1)
    own = os.getpid()
    while True:
        request, descriptors = _receive(control)
        process = os.fork()
        if process == 0:
            control.close()
            os.close(woken)
            os.close(wake)
            _become(own, descriptors)
            return request
        for one in descriptors:
            os.close(one)
        del request
        _tell(control, process)
        _tell(control, _status(process, control, woken))


def _receive(control: _socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next request, and the descriptors of its input, output, errors, and report."""
    size = _socket.CMSG_SPACE(4 * 4)
    head, ancillary, _, _ = control.recvmsg(HEADER, size, getattr(_socket, "MSG_CMSG_CLOEXEC", 0))
    found: list[int] = []
    for level, kind, data in ancillary:
        if level == _socket.SOL_SOCKET and kind == _socket.SCM_RIGHTS:
            found += [int.from_bytes(data[at : at + 4], sys.byteorder) for at in range(0, len(data) // 4 * 4, 4)]
    length = int.from_bytes(_exactly(control, HEADER - len(head), head), "big")
    for one in found:
        os.set_inheritable(one, False)
    return marshal.loads(_exactly(control, length)), found


def _exactly(control: _socket.socket, size: int, begun: bytes = b"") -> bytes:
    data = bytearray(begun)
    size += len(begun)
    while len(data) < size:
        chunk = control.recv(min(size - len(data), 1 << 20))
        if not chunk:
            os._exit(0)  # whoever asks is gone, and nothing runs
        data += chunk
    return bytes(data)


def _tell(control: _socket.socket, number: int) -> None:
    try:
        control.sendall(number.to_bytes(HEADER, "big", signed=True))
    except OSError:
        _end()


def _status(process: int, control: _socket.socket, woken: int) -> int:
    """Wait for the end of a run, and kill what it leaves: its group, and what has left that."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while not _has_ended(process):
        ready = {one for one, _ in poll.poll()}
        _drain(woken)
        if control.fileno() in ready:  # nothing is sent meanwhile: it is closed
            _end(process)
    status = _let_go(process)
    _sweep(woken)
    return status


def _has_ended(process: int) -> bool:
    if hasattr(os, "waitid"):
        return os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    found, status = os.waitpid(process, os.WNOHANG)  # macOS, before Python 3.13
    if found:
        _statuses[process] = status
    return bool(found)


def _let_go(process: int) -> int:
    _kill_group(process)  # first, where that can be: then the number cannot mean another group
    status = _statuses.pop(process) if process in _statuses else os.waitpid(process, 0)[1]
    return os.waitstatus_to_exitcode(status)


def _drain(woken: int) -> None:
    try:
        os.read(woken, 4096)
    except BlockingIOError:
        return


def _kill_group(process: int) -> None:
    try:
        os.killpg(process, _signal.SIGKILL)
    except OSError:  # no longer there
        return


def _end(process: int | None = None) -> None:
    """Kill all that runs, and end: there is nobody left who would ask."""
    if process is not None:
        _kill_group(process)
        try:
            os.kill(process, _signal.SIGKILL)  # before it led a group
        except OSError:
            pass
    _sweep(None)
    os._exit(0)


def _sweep(woken: int | None) -> None:
    """Kill the children of this process, and those that become its children by that, until there are none."""
    poll = select.poll()
    if woken is not None:
        poll.register(woken, select.POLLIN)
    deadline = 0.0
    while True:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if found:
            continue
        now = time.monotonic()
        deadline = deadline or now + PATIENCE
        if now > deadline:
            return
        for one in _children():
            try:
                os.kill(one, _signal.SIGKILL)
            except OSError:  # it has just ended
                pass
        poll.poll(20)
        if woken is not None:
            _drain(woken)


def _children() -> list[int]:
    own = os.getpid()
    found = []
    try:
        names = os.listdir("/proc")
    except OSError:
        return []
    for name in names:
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    fields = file.read().rpartition(b")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == own:
                found.append(int(name))
    return found


def _become(server: int, descriptors: list[int]) -> None:
    """Turn a forked process into one that could have been started as a program."""
    os.setsid()
    _control_process(_SET_DEATH_SIGNAL, int(_signal.SIGKILL))
    if os.getppid() != server:
        os._exit(1)
    _signal.set_wakeup_fd(-1)
    _signal.signal(_signal.SIGCHLD, _signal.SIG_DFL)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    for number, one in enumerate(descriptors[:3]):
        os.dup2(one, number)
    os.dup2(descriptors[3], REPORT, inheritable=False)
    for one in descriptors:
        os.close(one)


def _control_process(option: int, value: int) -> None:
    """Call `prctl`, on Linux; without `ctypes`, which loads much."""
    if sys.platform != "linux":
        return
    try:
        import _ctypes

        here: int = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # as `ctypes` does it
        address = _ctypes.dlsym(here, "prctl")
        _ctypes.call_function(address, (option, value, 0, 0, 0))
    except (ImportError, AttributeError, OSError):  # then groups are all that is killed
        return
