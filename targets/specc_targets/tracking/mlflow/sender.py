"""Sends a run to MLflow while it goes on, beside it: nothing here makes it slower or fails it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from specc_targets.local.runs.errors import StateError
from specc_targets.tracking.mlflow.rest import Refused, Server, Unreachable
from specc_targets.tracking.mlflow.sync import Sync
from specc_targets.tracking.settings import Settings

_PERIOD, _LONGEST_PERIOD = 1.0, 30.0
"""Seconds between two looks at what is new; longer while the server does not answer."""
_PATIENCE = 30.0
"""Seconds that the end of a run waits for what is left to be sent."""
_STATUS = {"succeeded": "FINISHED", "failed": "FAILED", "interrupted": "KILLED"}


class Sender:
    """A thread that sends what is new, between `start` and `finish`."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        header: Mapping[str, Any],
        environment: Mapping[str, str],
        warn: Callable[[str], None],
    ) -> None:
        self._folder, self._settings, self._warn = folder, settings, warn
        self._sync = Sync(folder, settings, Server(settings.mlflow, environment), header, warn)
        self._stop, self._over = threading.Event(), False
        self._told = False
        self._finished: list[str] = []
        self._outcome: tuple[str, str, Mapping[str, Any]] | None = None
        self._thread = threading.Thread(target=self._run, name="specc-mlflow", daemon=True)

    def start(self) -> None:
        """The run begins."""
        self._thread.start()

    def cell_finished(self, address: str) -> None:
        """A cell that has no record of its own has ended well."""
        self._finished.append(address)

    def finish(self, status: str, error: str, outputs: Mapping[str, Any]) -> None:
        """The run has ended: send what is left, for some time."""
        if not self._thread.ident:
            return
        self._outcome = (_STATUS[status], error, outputs)
        self._stop.set()
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            self._warn(f"MLflow at {self._settings.mlflow} is slow; what has not been sent stays in `{self._folder}`")

    def _run(self) -> None:
        period = _PERIOD
        while not self._over:
            ended = self._stop.wait(period)
            period = _PERIOD if self._try() else min(2 * period, _LONGEST_PERIOD)
            if ended:
                return

    def _try(self) -> bool:
        """Send what is new, and how the run has ended if it has."""
        outcome, known = self._outcome, len(self._finished)
        try:
            self._sync(self._finished[:known])
            del self._finished[:known]
            if outcome is not None:
                self._sync.finish(*outcome)
        except Unreachable as error:
            self._tell(f"cannot reach MLflow at {self._settings.mlflow}: {error}; metrics are kept in `{self._folder}`")
            return False
        except Refused as error:
            self._over = True
            hint = "; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            self._tell(f"MLflow at {self._settings.mlflow} refuses: {error}{hint if error.of_user else ''}")
            return False
        except (OSError, StateError) as error:
            self._over = True
            self._tell(f"the metrics of the run cannot be sent: {error}")
            return False
        return True

    def _tell(self, text: str) -> None:
        if not self._told:
            self._told = True
            self._warn(text)
