"""How long the data of runs is kept, in view of how long a run may stand still."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.aws.model import pause_days

ASK = '[steps.ask]\napprove = { message = "Go on?", by = ["user:a"] }\n'


@pytest.mark.parametrize(
    ("steps", "days"),
    [
        ('[steps.a]\nwait = "23h"\n', 0),
        ('[steps.a]\nwait = "40d"\n', 40),
        (ASK.replace(" }", ', timeout = "60d" }') + '[steps.a]\nwait = "3d"\n', 63),
        (ASK, 365),
        (ASK + '[steps.a]\nwait = "40d"\n', 365),
        ('[params.p]\ntype = "duration"\ndefault = "90d"\n[steps.a]\nwait = "${params.p}"\n', 0),
    ],
)
def test_data_outlives_every_pause(write: Callable[..., Path], steps: str, days: int) -> None:
    compilation = check(write("spec.toml", f'specc = 1\nkind = "pipeline"\nname = "case"\n{steps}'))
    assert compilation.module is not None, compilation.diagnostics
    assert pause_days(compilation.module) == days
