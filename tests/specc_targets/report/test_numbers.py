"""Durations, densities, clocks and addresses: numbers about many calls in little memory."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc_targets.report.addresses import step_of
from specc_targets.report.clock import Clock
from specc_targets.report.gather import Session
from specc_targets.report.stats import BUCKETS, EXACT, Density, Durations

seconds = st.floats(1e-6, 1e5)


@pytest.mark.parametrize(
    ("address", "step", "where"),
    [
        ("fetch", "fetch", ""),
        ("process/fetch", "process/fetch", ""),
        ("work[17]", "work", "17"),
        ("outer[3]/work[2]", "outer/work", "3.2"),
        ("train{4}", "train", "4"),
        ("each[1]/train{4}/x", "each/train/x", "1.4"),
        ("fetch!clean", "clean", ""),
        ("process[5]/fetch!clean", "process/clean", "5"),
        ("finally/notify", "finally/notify", ""),
    ],
)
def test_addresses_name_steps_and_places(address: str, step: str, where: str) -> None:
    assert step_of(address) == (step, where)


@given(st.text(max_size=30))
def test_any_text_is_some_address(address: str) -> None:
    step, where = step_of(address)
    assert isinstance(step, str)
    assert all(part.isdigit() for part in where.split(".") if part)


@given(st.lists(seconds, min_size=1, max_size=50), st.floats(0.01, 1))
def test_quantiles_of_few_are_exact(values: list[float], share: float) -> None:
    durations = Durations()
    for value in values:
        durations.add(value)
    assert durations.quantile(share) == sorted(values)[math.ceil(share * len(values)) - 1]
    assert durations.total == pytest.approx(sum(values))
    assert durations.longest == max(values)


@given(st.lists(seconds, min_size=1, max_size=20), st.sampled_from([0.5, 0.95, 1.0]))
def test_quantiles_of_many_are_nearly_right(values: list[float], share: float) -> None:
    durations = Durations()
    times = EXACT // len(values) + 1
    for value in values * times:
        durations.add(value)
    right = sorted(values * times)[math.ceil(share * len(values) * times) - 1]
    assert durations.quantile(share) == pytest.approx(right, rel=0.0205)


def test_a_histogram_counts_every_call() -> None:
    durations = Durations()
    for number in range(1000):
        durations.add(0.001 * (number + 1))
    shortest, longest, bars = durations.histogram()
    assert sum(bars) == 1000
    assert shortest == pytest.approx(0.001, rel=0.05)
    assert longest == 1.0


def test_equal_durations_are_no_histogram() -> None:
    durations = Durations()
    for _ in range(10):
        durations.add(0.25)
    assert durations.histogram()[2] == []


@given(st.lists(st.tuples(st.floats(1, 1e4), st.floats(1e-4, 500)), min_size=1, max_size=40))
def test_a_density_holds_all_the_time(calls: list[tuple[float, float]]) -> None:
    density = Density()
    for start, took in calls:
        density.add(start, took)
    curve = density.curve()
    area = sum((after - at) * under_way for (at, under_way), (after, _) in pairwise(curve))
    assert area == pytest.approx(sum(took for _, took in calls), rel=1e-6, abs=1e-6)
    assert curve[-1][1] == pytest.approx(0, abs=1e-9)


def test_a_density_stays_small_and_right() -> None:
    density = Density()
    for number in range(200_000):
        density.add(1.8e9 + number * 0.05, 0.2)  # four at a time
    curve = density.curve()
    assert len(curve) <= BUCKETS + 1
    middle = [under_way for _, under_way in curve[len(curve) // 4 : -len(curve) // 4]]
    assert middle == pytest.approx([4.0] * len(middle), rel=0.05)


def test_a_clock_leaves_out_pauses() -> None:
    clock = Clock.of([Session(100.0, 110.0), Session(5000.0, 5004.0)], 99.0)
    assert clock.at(100.0) == 0
    assert clock.at(110.0) == 10
    assert clock.at(2000.0) == 10
    assert clock.at(5000.0) == 10
    assert clock.at(5004.0) == 14
    assert clock.seams() == [(10.0, 4890.0)]


def test_a_clock_without_records_begins_when_the_run_did() -> None:
    assert Clock.of([Session()], 50.0).at(51.5) == 1.5
