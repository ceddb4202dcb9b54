"""What a Dask worker does for a run."""

from __future__ import annotations

from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from specc_targets.remote.project import Project
from specc_targets.remote.site import Answer, Batch, Site


def run_batch(batch: Batch) -> Answer:
    """Run items one after the other, with the project that was registered."""
    plugin = get_worker().plugins.get(batch.run)
    if not isinstance(plugin, ProjectPlugin):
        return batch.lost("was stopped because the run ended")
    return plugin.site.run(batch)


class ProjectPlugin(WorkerPlugin):
    """A run's project on each worker, also on those that come later."""

    site: Site

    def __init__(self, project: Project) -> None:
        self._project = project

    def setup(self, worker: Worker) -> None:
        """Find the project's folder, or write it."""
        folder = Path(worker.local_directory) / f"specc-{self._project.digest[:16]}"
        self.site = Site(self._project, lambda: folder, worker.state.nthreads)

    def teardown(self, worker: Worker) -> None:
        """End what runs."""
        self.site.close()

    def __getstate__(self) -> Project:
        return self._project

    def __setstate__(self, project: Project) -> None:
        self._project = project
