"""The tests that the examples carry pass here and as state machines, with the same outcome."""

from pathlib import Path

import pytest

from specc.frontend import check
from specc.testing.engines import Engines
from specc.testing.running import names_of

pytestmark = pytest.mark.slow
SPECS = sorted(path for path in (Path(__file__).parents[2] / "specs").glob("*/*") if path.suffix in {".toml", ".yaml"})


def test_every_test_of_every_example() -> None:
    assert len(SPECS) >= 6
    failed, verdicts = [], 0
    with Engines(("local", "asl")) as engines:
        for path in SPECS:
            compilation = check(path)
            assert not compilation.failed, path
            for index in range(len(names_of(compilation))):
                for verdict in engines.verdicts(str(path), index, compilation, jobs=None):
                    verdicts += 1
                    if not verdict.passed:
                        failed.append(f"{path.name}: {verdict.title}: {verdict.details}")
        assert engines.notes == {}
    assert not failed, "\n".join(failed)
    assert verdicts >= 40
