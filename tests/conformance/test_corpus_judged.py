"""Every machine of the corpus passes the static judges."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.harness.case import load_corpus
from conformance.harness.machine import compile_case
from conformance.test_approvals import CASE as APPROVALS
from judges.machines import Fault, judge_in_node, judge_with_cfn_lint, judge_with_statelint, missing_packages

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def machines() -> dict[str, Any]:
    return {case.name: compile_case(case).definition for case in [*load_corpus(), APPROVALS]}


def _show(faults: list[Fault]) -> str:
    return "\n".join(f"{fault.machine}: {fault.judge}: {fault.message}" for fault in faults[:40])


@pytest.mark.skipif(missing_packages() is not None, reason=missing_packages() or "")
def test_judges_in_node(machines: dict[str, Any]) -> None:
    faults = judge_in_node(machines)
    assert not faults, _show(faults)


def test_statelint(machines: dict[str, Any]) -> None:
    faults = judge_with_statelint(machines)
    assert not faults, _show(faults)


def test_cfn_lint(machines: dict[str, Any]) -> None:
    faults = judge_with_cfn_lint(machines)
    assert not faults, _show(faults)
