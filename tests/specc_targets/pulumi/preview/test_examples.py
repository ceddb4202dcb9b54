"""Every example is previewed whole, and is then nothing new."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.frontend import check
from specc_targets.pulumi.preview.driver import PreviewDriver

pytestmark = pytest.mark.slow
SPECS = Path(__file__).parents[4] / "specs"
EXAMPLES = sorted(path for path in (*SPECS.glob("*/*.toml"), *SPECS.glob("*/*.yaml")) if path.stem == path.parent.name)
VERSION = "0"


@pytest.mark.parametrize("spec", EXAMPLES, ids=lambda path: path.stem)
def test_example(spec: Path, tmp_path: Path) -> None:
    previews, said, state = PreviewDriver(), [], tmp_path / "state.json"  # type: ignore[var-annotated]  # a list of texts
    for against in (None, state):
        compilation = check(spec)
        found = previews.preview(compilation, against=against, image=None, config={}, say=said.append)
        assert found is not None, compilation.diagnostics
        assert (found.ok, found.messages, said) == (True, (), [])
        assert previews.diagnostics(compilation, found) == ()
        assert "Output object" not in str(previews.data(found))
        text = previews.state(found, VERSION)
        if against is None:
            state.write_text(text, encoding="utf-8")
            assert found.plan.counts["create"] == len(found.plan.changes) >= 17
        else:
            assert found.plan.counts["same"] == len(found.plan.changes)
            assert text == state.read_text(encoding="utf-8")
        assert str(tmp_path) not in text
        assert "/tmp/" not in text
