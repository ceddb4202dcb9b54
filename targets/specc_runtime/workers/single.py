"""A worker process that the engine starts itself: where there are no pidfds, so no nursery."""

from __future__ import annotations

import os
import select
import signal
import socket
import threading
from pathlib import Path
from typing import NoReturn

from specc_runtime.functions import use_root
from specc_runtime.workers.baton import Baton
from specc_runtime.workers.loop import Loop


def main(descriptor: int, baton: tuple[int, int], root: str, *, logs: bool) -> NoReturn:
    """Serve the engine at the other end of the socket `descriptor`; end with everything that was started here."""
    for one in (descriptor, *baton):
        os.set_inheritable(one, False)
    engine = socket.socket(fileno=descriptor)
    threading.Thread(target=_watch, args=(engine,), daemon=True).start()
    use_root(Path(root))
    Loop(engine, Baton(baton)).serve(logs=logs)


def _watch(engine: socket.socket) -> None:
    poll = select.poll()
    poll.register(engine, 0)  # asks for nothing but what is always told: that the other end is closed
    poll.poll()
    os.killpg(os.getpgid(0), signal.SIGKILL)
