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
_MOST_DESCRIPTORS = 253
"""What Linux hands over at once."""
reports: list[int] = []
"""The descriptor to which this process reports, once it is one that runs a script."""
GRACE = 0.25
"""Seconds for what a script leaves behind to end by itself."""
_SET_DEATH_SIGNAL = 1
_SET_CHILD_SUBREAPER = 36
_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
used: list[tuple[int, int]] = []
"""Microseconds and bytes of each process that has been waited for in this run."""
_adopts: list[bool] = []
"""Whether this process becomes the parent of orphans below it; empty where it does not."""


def serve(descriptor: int) -> dict[str, Any]:
    """Answer each request with the number of its process, and at its end with its status and what it used.

    That is microseconds of processors and bytes at most, those of what it started included. Returns only in such a
    process.
    """
    control = _socket.socket(fileno=descriptor)
    os.set_inheritable(descriptor, False)
    woken, wake = os.pipe()
    for end in (woken, wake):
        os.set_blocking(end, False)
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    _signal.signal(_signal.SIGCHLD, lambda *_: None)
    _signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    if _control_process(_SET_CHILD_SUBREAPER, 1):
        _adopts.append(True)
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
        used.clear()
        for number in (_status(process, control, woken), sum(cpu for cpu, _ in used), max(most for _, most in used)):
            _tell(control, number)


def _receive(control: _socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The next request, and the descriptors of its input, output, errors, and report, and of locks that it holds."""
    size = _socket.CMSG_SPACE(_MOST_DESCRIPTORS * 4)
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
    except OSError:  # whoever asked is gone; who waits for the run next finds out
        return


def _status(process: int, control: _socket.socket, woken: int) -> int:
    """Wait for the end of a run, and then kill what it leaves behind."""
    poll = select.poll()
    poll.register(control, select.POLLIN)
    poll.register(woken, select.POLLIN)
    while True:
        status = _ended(process)
        if status is not None:
            break
        ready = {one for one, _ in poll.poll()}
        _drain(woken)
        if control.fileno() in ready:  # nothing is sent meanwhile: it is closed
            _end(process)
    if not _sweep(woken, GRACE):
        _kill_group(process)  # somebody is in it: its number cannot mean another one
    return os.waitstatus_to_exitcode(status)


def _ended(process: int) -> int | None:
    """The status of a process that has ended. Where its orphans are not ours to find, its group ends with it."""
    if _adopts:
        found, status = _wait(process)
        return status if found else None
    if hasattr(os, "waitid"):
        if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        _kill_group(process)  # before it is let go of: the number cannot mean another group
        return _wait(process)[1]
    found, status = _wait(process)  # macOS, before Python 3.13
    if not found:
        return None
    _kill_group(process)
    return status


def _wait(process: int) -> tuple[int, int]:
    """What `waitpid` says without waiting; of one that has ended it is noted what it used, with what it waited for."""
    found, status, spent = os.wait4(process, os.WNOHANG)
    sys.modules.pop("resource", None)  # `wait4` has loaded it; a script may have one of its own
    if found:
        used.append((round((spent.ru_utime + spent.ru_stime) * 1e6), spent.ru_maxrss * _MEMORY_UNIT))
    return found, status


def _drain(woken: int) -> None:
    try:
        os.read(woken, 4096)
    except BlockingIOError:
        return


def _kill(process: int) -> None:
    try:
        os.kill(process, _signal.SIGKILL)
    except OSError:  # it has just ended
        return


def _kill_group(process: int) -> None:
    try:
        os.killpg(process, _signal.SIGKILL)
    except OSError:  # nobody is in it any more
        return


def _end(process: int) -> None:
    """Kill all that runs, and end: there is nobody left who would ask."""
    _kill_group(process)
    _kill(process)  # it may not lead a group yet
    _sweep(None, 0.0)
    os._exit(0)


def _sweep(woken: int | None, grace: float) -> bool:
    """Kill the children of this process, and those that become its children by that, until there are none.

    Whether there are none; where nobody says which processes there are, it cannot kill them.
    What ends with its parent by itself, as helpers of `multiprocessing` do that clean up, has the time `grace` for it.
    """
    poll = select.poll()
    if woken is not None:
        poll.register(woken, select.POLLIN)
    begun = 0.0
    unseen = 0
    while True:
        try:
            found, _ = _wait(-1)
        except ChildProcessError:
            return True
        if found:
            continue
        now = time.monotonic()
        begun = begun or now
        if now >= begun + grace:
            children = _children()
            unseen += not children
            if now > begun + PATIENCE or unseen > 2:
                return False
            for one in children:
                _kill(one)
        poll.poll(5)
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
    try:
        report = os.dup2(descriptors[3], REPORT, inheritable=False)
    except OSError:  # so many files may not be open
        report = os.dup(descriptors[3])
    reports.append(report)
    for number, one in enumerate(descriptors[4:]):
        _inherit(one, REPORT + 1 + number)
    for one in descriptors:
        os.close(one)


def _inherit(descriptor: int, number: int) -> None:
    """Keep a lock, also in what this process starts, under a number out of the way if there may be such."""
    try:
        os.dup2(descriptor, number)
    except OSError:
        os.set_inheritable(os.dup(descriptor), True)


def _control_process(option: int, value: int) -> bool:
    """Call `prctl`, on Linux; without `ctypes`, which loads much. Whether it did what it should."""
    if sys.platform != "linux":
        return False
    try:
        import _ctypes

        here: int = _ctypes.dlopen(None, 0)  # type: ignore[arg-type]  # as `ctypes` does it
        address = _ctypes.dlsym(here, "prctl")
        return bool(_ctypes.call_function(address, (option, value, 0, 0, 0)) == 0)
    except (ImportError, AttributeError, OSError):  # then groups are all that is killed
        return False
