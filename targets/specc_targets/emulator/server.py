"""moto's server with an interpreter that executes: `python -m specc_targets.emulator.server` in a process of its own.

Prints `{"port": ...}` when it is ready and ends when its standard input closes, so that it outlives
nobody.
`--time-scale 0.01` makes a wait of one second last ten milliseconds.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import socket
import sys
import tempfile
from pathlib import Path

from specc_targets.emulator import models


def main() -> None:
    """Serve until the parent goes away."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--sandboxes", type=int, default=8)
    parser.add_argument("--directory", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    directory: Path = options.directory
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it
    port = _free_port(options.port)
    _prepare_environment(port)
    tempfile.tempdir = str(directory)
    logging.disable(logging.ERROR)  # the interpreter logs each failing state; failures are what many cases are about

    models.install()

    # Imported here: moto reads the environment when it is imported.
    from moto.core.config import default_user_config
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    from specc_targets.emulator import (
        bucket_policies,
        calls,
        container_tasks,
        error_names,
        executions,
        expressions,
        interpreter,
        provider_calls,
        quotas,
        stack_failures,
        stack_gaps,
        stack_kinds,
    )
    from specc_targets.emulator.containers import Containers
    from specc_targets.emulator.functions import Functions
    from specc_targets.emulator.sandbox import SandboxPool

    default_user_config.update(
        {
            "stepfunctions": {"execute_state_machine": True},
            "lambda": {"use_docker": False},
            "batch": {"use_docker": False},
            "iam": {"load_aws_managed_policies": True},
        }
    )
    calls.install()
    expressions.install()
    interpreter.install(options.time_scale)
    provider_calls.install()
    quotas.install()
    stack_kinds.install()
    stack_gaps.install()
    stack_failures.install()
    bucket_policies.install()
    container_tasks.install()
    error_names.install()
    executions.install()
    pool = SandboxPool(directory, options.sandboxes, {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})
    endpoint = f"http://127.0.0.1:{port}"
    functions = Functions(pool, endpoint)
    functions.install()
    Containers(functions, pool.address, endpoint, directory, options.sandboxes).install()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    sys.stdout.write(json.dumps({"port": port}) + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    pool.close()
    os._exit(0)


def _prepare_environment(port: int) -> None:
    """The credentials of who started the emulator are none of its business."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(MOTO_PORT=str(port), TEST_SERVER_MODE="true")
    os.environ.update(AWS_ACCESS_KEY_ID="emulator", AWS_SECRET_ACCESS_KEY="emulator", AWS_EC2_METADATA_DISABLED="true")


def _free_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError):
            sys.exit(f"port {wanted} is taken, or not for everybody; choose another with `--port`")
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
