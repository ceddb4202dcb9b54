"""What a Ray worker does for a run: a process of Ray's makes one call at a time."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from pathlib import Path

from specc_targets.remote.project import Project
from specc_targets.remote.site import Answer, Batch, Site

_sites: dict[str, Site] = {}
_lock = threading.Lock()


def run_batch(project: Project, batch: Batch) -> Answer:
    """Run items one after the other."""
    with _lock:
        site = _sites.get(batch.run)
        if site is None:
            for old in _sites.values():  # of another run, which has ended: a worker belongs to one at a time
                old.close()
            _sites.clear()
            site = _sites[batch.run] = Site(project, _folder, 1)
    return site.run(batch)


def _folder() -> Path:
    """A folder for a copy of the project, which goes when this process ends, unless it is killed."""
    folder = Path(tempfile.mkdtemp(prefix="specc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
