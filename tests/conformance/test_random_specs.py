"""Specs made at random give the same here and on the machine.

`SPECC_RANDOM_SPECS=500 pytest tests/conformance/test_random_specs.py -n auto` hunts longer.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.generator.compare import compare
from conformance.generator.spec import generate
from conformance.generator.toml import to_toml
from conformance.harness.deployment import Deployment

pytestmark = pytest.mark.slow
_COUNT = int(os.environ.get("SPECC_RANDOM_SPECS", "25"))
_FIRST = int(os.environ.get("SPECC_RANDOM_FIRST", "0"))


@pytest.mark.parametrize("seed", range(_FIRST, _FIRST + _COUNT))
def test_engines_agree_on_random_specs(deployment: Deployment, seed: int, tmp_path: Path) -> None:
    generated = generate(seed)
    found, _ = compare(deployment, generated, tmp_path, f"random-{seed}")
    assert not found, "\n".join([*found, f"parameters: {generated.params}", to_toml(generated.spec)])


def test_random_specs_are_the_same_each_time() -> None:
    assert [generate(seed) for seed in range(40)] == [generate(seed) for seed in range(40)]
