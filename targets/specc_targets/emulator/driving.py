"""What commands ask of the emulator."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from specc_targets.emulator.availability import require_emulator

if TYPE_CHECKING:
    from specc_targets.emulator.client import Emulator
    from specc_targets.emulator.testing import AslEngine


class EmulatorDriver:
    """Starts emulators."""

    def test_engine(self) -> AslEngine:
        """What runs tests on state machines, for a `with` statement. Raises `TargetError` without the extra."""
        require_emulator()
        from specc_targets.emulator.testing import AslEngine

        return AslEngine()

    @contextlib.contextmanager
    def started(self, *, port: int = 0, time_scale: float = 1.0) -> Iterator[Emulator]:
        """An emulator on a port of the loopback interface, any free one by default; all of it is gone afterwards.

        Raises `TargetError` when the extra is not installed, or the port is taken.
        """
        require_emulator()
        from specc_targets.emulator.client import Emulator

        with (
            tempfile.TemporaryDirectory(prefix="specc-emulator-") as directory,
            Emulator(Path(directory), time_scale=time_scale, port=port) as emulator,
        ):
            yield emulator
