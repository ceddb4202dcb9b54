"""moto's server with an interpreter that executes: `python -m conformance.moto_adapter.server` in a process of its own.

Prints `{"port": ...}` when it is ready and ends when its standard input closes, so that nothing survives the tests.
`--time-scale 0.01` makes a wait of one second last ten milliseconds.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import socket
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Serve until the parent goes away."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--sandboxes", type=int, default=8)
    parser.add_argument("--directory", type=Path, default=None)
    options = parser.parse_args()
    directory = options.directory or Path(tempfile.mkdtemp(prefix="moto-"))
    port = _free_port()
    os.environ.update(MOTO_PORT=str(port), TEST_SERVER_MODE="true", AWS_ACCESS_KEY_ID="ak", AWS_SECRET_ACCESS_KEY="sk")
    tempfile.tempdir = str(directory)
    logging.disable(logging.ERROR)  # the interpreter logs each failing state; failures are what many cases are about

    # Imported here: moto reads the environment when it is imported.
    from moto.core.config import default_user_config
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    from conformance.moto_adapter import expressions, interpreter, quotas
    from conformance.moto_adapter.functions import Functions
    from conformance.moto_adapter.sandbox import SandboxPool

    default_user_config.update(
        {
            "stepfunctions": {"execute_state_machine": True},
            "lambda": {"use_docker": False},
            "batch": {"use_docker": False},
        }
    )
    expressions.install()
    interpreter.install(options.time_scale)
    quotas.install()
    pool = SandboxPool(directory, options.sandboxes, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    Functions(pool, f"http://127.0.0.1:{port}").install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    print(json.dumps({"port": port}), flush=True)
    sys.stdin.read()
    pool.close()
    os._exit(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
