"""Programs made up at random."""

from __future__ import annotations

import string
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from specc_targets.pulumi.preview.monitor import Wanted
from specc_targets.pulumi.preview.planner import StatePlanner
from specc_targets.pulumi.preview.state import Held, State, read_state, state_text
from specc_targets.pulumi.preview.values import UNKNOWN, Secret, Value

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), TEXTS, TEXTS.map(Secret), st.just(UNKNOWN)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(string.ascii_letters, min_size=1, max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)
INPUTS = st.dictionaries(st.text(string.ascii_letters, min_size=1, max_size=6), VALUES, max_size=4)
TYPES = st.sampled_from(["aws:s3/bucket:Bucket", "aws:lambda/function:Function", "aws:iam/role:Role", "aws:x/y:Z"])


@st.composite
def programs(draw: st.DrawFn) -> list[Wanted]:
    found: list[Wanted] = []
    for number in range(draw(st.integers(1, 6))):
        kind = draw(TYPES)
        needs = draw(st.lists(st.sampled_from([item.urn for item in found]), unique=True)) if found else []
        found.append(
            Wanted(
                urn=f"urn:pulumi:dev::birds::{kind}::r{number}", type=kind, name=f"r{number}", inputs=draw(INPUTS),
                dependencies=tuple(sorted(needs)), source=("__main__.py", draw(st.integers(1, 4))),
                protect=draw(st.booleans()), version="7.51.1",
            )
        )  # fmt: skip
    return found


@given(programs(), st.booleans())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_program_beside_its_own_state_changes_nothing(tmp_path: Path, program: list[Wanted], symbols: bool) -> None:
    first = StatePlanner(State(), region="eu-west-1", symbols=symbols)
    for wanted in program:
        first.resource(wanted)
    before = first.plan()
    assert before.counts["create"] == len(program)
    file = tmp_path / "state.json"
    file.write_text(state_text(before.after, made_by="test"), encoding="utf-8")
    second = StatePlanner(read_state(file), region="eu-west-1", symbols=symbols)
    for wanted in reversed(program):
        second.resource(wanted)
    after = second.plan()
    assert {change.name: change.differences for change in after.changes if change.action != "same"} == {}
    assert [change.name for change in after.changes] == [change.name for change in before.changes]
    # And an empty program takes all of it down again, each before what it needs.
    gone = [change.name for change in StatePlanner(read_state(file), region=None, symbols=symbols).plan().changes]
    assert sorted(gone) == sorted(wanted.name for wanted in program)
    for wanted in program:
        for urn in wanted.dependencies:
            assert gone.index(wanted.name) < gone.index(urn.rpartition("::")[2])


def test_values_are_not_confused() -> None:
    values: list[Value] = [True, 1, "1", None, [], {}]
    for one in values:
        for other in values:
            held = Held(urn="u::v::t::n", type="t", inputs={"x": one})
            planner = StatePlanner(State((held,)), region=None, symbols=True)
            planner.resource(Wanted(urn="u::v::t::n", type="t", name="n", inputs={"x": other}))
            same = (one is other) or (type(one) is type(other) and one == other)
            assert (planner.plan().changes[0].action == "same") is same, (one, other)
