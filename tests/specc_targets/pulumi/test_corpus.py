"""The programs of the whole corpus are run and compared, too, where `SPECC_LINT=all` asks for minutes of it."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from conformance.harness.case import load_corpus
from judges.ladder import rung
from judges.programs.analyzing import Pack
from judges.programs.cases import GROUPS, IMAGE, SUBNETS, Case, compiled
from judges.programs.parity import compare
from judges.programs.running import run_case
from judges.programs.translation import as_template, translated
from judges.templates import judge_template

Record = Callable[[str, object], None]
ALL = os.environ.get("SPECC_LINT") == "all"
SETTINGS = {"subnetIds": SUBNETS, "securityGroupIds": GROUPS, "image": IMAGE}


@pytest.mark.slow
@pytest.mark.skipif(not ALL, reason="judged in full with SPECC_LINT=all; the examples are always")
@pytest.mark.parametrize("name", [case.name for case in load_corpus()] if ALL else ["all of it"])
def test_corpus(name: str, pack: Pack, record_property: Record) -> None:
    (found,) = (item for item in load_corpus() if item.name == name)
    case = Case(f"corpus-{name}", found.spec, settings=SETTINGS)
    ran = run_case(case, unknown=False)
    assert (ran.ok, ran.messages, ran.twice, ran.stderr) == (True, (), (), "")
    assert set(ran.wanted) == set(compiled(case).places)
    assert pack.violations(ran.wanted.values()) == []
    told = compare(case, ran)
    assert told.faults == ()
    assert judge_template(as_template(translated(ran.wanted))) == []
    rung(record_property, "run", programs=1, resources=len(ran.wanted))
    rung(record_property, "parity", same=told.same, meant=len(told.meant))
