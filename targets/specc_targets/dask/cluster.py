"""Finding or starting the cluster."""

from __future__ import annotations

import logging
import os
import sys
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from specc_targets.remote.errors import EngineError, said

INSTALL = "`pip install '.[dask]'` in a clone of specc"
INSTALL_SLURM = "`pip install '.[slurm]'` in a clone of specc"
_DASHBOARD = "127.0.0.1:0"
"""Dask's own pages: any free port, and for this machine only."""
_CONNECT = 10.0
"""Seconds to wait for a scheduler."""


class Connection(NamedTuple):
    """A client, and the cluster where it is ours to end."""

    client: Any
    cluster: Any
    where: str
    """For messages."""


def connect(address: str | None, jobs: int | None) -> Connection:
    """Reach the scheduler at `tcp://host:port`, or start workers: here without an address, as SLURM jobs for `slurm`.

    `jobs` is how many calls are to run at the same time on workers that are started. Raises `EngineError`.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError as error:
        raise EngineError(f"the engine `dask` needs a package that is not installed; {INSTALL}") from error
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters of it is said by the run
    if address is None:
        return _local(distributed, jobs)
    if address == "slurm":
        return _slurm(distributed, jobs)
    where = checked(address)
    sys.stderr.write(f"connecting to {where}\n")  # nothing else is said until somebody answers
    sys.stderr.flush()
    try:
        return Connection(distributed.Client(where, timeout=_CONNECT, set_as_default=False), None, where)
    except (OSError, ValueError) as error:
        raise EngineError(f"no Dask scheduler answers at `{where}`: {said(error)}") from error


def checked(address: str) -> str:
    """`tcp://host:port`. Raises `EngineError`."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("tcp", "tls") and parts.hostname and parts.port and not parts.path.strip("/"):
            return address
    except ValueError:
        pass
    raise EngineError(
        f"`{address}` is no address of a Dask scheduler; write `dask=tcp://host:8786`, `dask=slurm`, or just `dask`"
    )


def _local(distributed: Any, jobs: int | None) -> Connection:
    """Workers on this machine, which nobody outside of it can reach."""
    cores = os.cpu_count() or 1
    total = jobs or cores
    workers = min(total, cores)
    try:
        cluster = distributed.LocalCluster(
            n_workers=workers,
            threads_per_worker=-(-total // workers),
            processes=True,
            host="127.0.0.1",
            dashboard_address=_DASHBOARD,
            silence_logs=logging.CRITICAL,
        )
        return Connection(distributed.Client(cluster, set_as_default=False), cluster, "this machine")
    except (OSError, RuntimeError, TimeoutError) as error:
        raise EngineError(f"no Dask workers can be started here: {said(error)}") from error


def _slurm(distributed: Any, jobs: int | None) -> Connection:
    """Workers as SLURM jobs. What a job has is in dask-jobqueue's own configuration.

    Scheduler and workers trust only certificates made for this run: a login node has other users, too.
    """
    try:
        make: Any = import_module("dask_jobqueue").SLURMCluster
        security = distributed.Security.temporary()
    except ImportError as error:
        raise EngineError(f"the engine `dask=slurm` needs a package that is not installed; {INSTALL_SLURM}") from error
    setting = import_module("dask.config").get
    try:
        cluster = make(
            silence_logs=logging.CRITICAL,
            security=security,
            shared_temp_directory=setting("jobqueue.slurm.shared-temp-directory", None) or "~",
            scheduler_options={"dashboard_address": _DASHBOARD}
            | (setting("jobqueue.slurm.scheduler-options", None) or {}),
        )
    except (ValueError, TypeError) as error:
        raise EngineError(
            f"dask-jobqueue does not know what a job is to have: {said(error)}; set `cores` and `memory` under"
            " `jobqueue: slurm:` in ~/.config/dask/jobqueue.yaml"
        ) from error
    except (OSError, RuntimeError) as error:
        raise EngineError(f"no Dask scheduler can be started here: {said(error)}") from error
    try:
        cores = setting("jobqueue.slurm.cores", None) or 1
        cluster.scale(jobs=-(-(jobs or 1) // int(cores)))
        client = distributed.Client(cluster, set_as_default=False)
    except (OSError, RuntimeError, TimeoutError) as error:
        cluster.close()
        raise EngineError(f"no SLURM job can be started: {said(error)}") from error
    return Connection(client, cluster, "SLURM")
