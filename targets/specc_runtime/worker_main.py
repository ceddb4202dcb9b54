"""A process that runs functions for the local engine: one that can be killed when a step's time is up.

Started as `python -m specc_runtime.worker_main FD`, where FD is a socket to the engine. Both ends are the same
interpreter on one machine, so requests are pickled; results are encoded, as everywhere.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from specc_runtime.codecs import encode
from specc_runtime.errors import CodecError, class_names, message_of
from specc_runtime.functions import call, load_function, use_root
from specc_runtime.tracebacks import format_error

Message = tuple[Any, ...]
"""`("load", root, reference)` or `("call", reference, arguments, codec)`; answered by `("done", codec, data)`,
`("failed", names, message, traceback)` or, for a result that cannot be kept, `("unfit", reason)`."""


def main() -> None:
    """Answer the engine's requests until it hangs up; then end with everything that was started here."""
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    engine = Connection(descriptor)
    inbox: SimpleQueue[Message] = SimpleQueue()
    threading.Thread(target=_receive, args=(engine, inbox), daemon=True).start()
    while True:
        answer = _answer(inbox.get())
        sys.stdout.flush()
        sys.stderr.flush()
        engine.send(answer)


def _receive(engine: Connection, inbox: SimpleQueue[Message]) -> None:
    try:
        while True:
            inbox.put(engine.recv())
    except (EOFError, OSError):  # the engine is gone, even if it was killed
        os.killpg(os.getpgid(0), signal.SIGKILL)


def _answer(message: Message) -> Message:
    try:
        if message[0] == "load":
            _, root, reference = message
            use_root(Path(root))
            load_function(reference)
            return ("done", "json", b"null")
        _, reference, arguments, codec = message
        value = call(load_function(reference), arguments)
    except BaseException as error:  # whatever a user's function raises is its failure
        return ("failed", class_names(error), message_of(error), format_error(error))
    try:
        encoded = encode(value, codec)
    except CodecError as error:
        return ("unfit", str(error))
    return ("done", encoded.codec, encoded.data)


if __name__ == "__main__":
    main()
