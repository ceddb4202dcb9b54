"""Programs that are planned against states."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from specc_targets.pulumi.preview.monitor import Ran, run_program
from specc_targets.pulumi.preview.plan import Plan
from specc_targets.pulumi.preview.planner import StatePlanner
from specc_targets.pulumi.preview.state import State, read_state, state_text

BEGIN = "import json\nimport pulumi\nimport pulumi_aws as aws\n"


@dataclass(frozen=True)
class Planned:
    plan: Plan
    ran: Ran

    @property
    def actions(self) -> dict[str, str]:
        return {change.name: change.action for change in self.plan.changes}

    @property
    def changes(self) -> dict[str, list[tuple[str, object, object]]]:
        """Name -> path, old and new of each difference."""
        return {
            change.name: [(item.text, item.old, item.new) for item in change.differences]
            for change in self.plan.changes
            if change.differences
        }

    @property
    def steps(self) -> list[tuple[str, str]]:
        return [(step, urn.rpartition("::")[2]) for step, urn in self.plan.steps]


Planning = Callable[..., Planned]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Planning:
    """Runs a program on Pulumi's runtime, and plans what it asks for against a state."""

    def execute(
        text: str,
        state: State | None = None,
        *,
        symbols: bool = True,
        config: dict[str, str] | None = None,
        **more: Any,
    ) -> Planned:
        directory = tmp_path_factory.mktemp("program")
        (directory / "__main__.py").write_text(BEGIN + textwrap.dedent(text), encoding="utf-8")
        config = {"aws:region": "eu-west-1"} if config is None else config
        planner = StatePlanner(state or State(), region=config.get("aws:region"), symbols=symbols)
        options = {"project": "birds", "stack": "dev", "dry_run": True, "timeout": 60, **more}
        ran = run_program(directory, config=config, planner=planner, **options)
        return Planned(planner.plan(), ran)

    return execute


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Planned], State]:
    """What there would be, written to a file and read again."""

    def save(planned: Planned) -> State:
        file = tmp_path_factory.mktemp("state") / "state.json"
        file.write_text(state_text(planned.plan.after, made_by="test"), encoding="utf-8")
        return read_state(file)

    return save
