"""What AWS takes less of for one kind of resource than for the others."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from judges.programs.cases import CASES
from specc.frontend import check
from specc_targets.pulumi.program import Packaged, program
from specc_targets.pulumi.target import PulumiTarget


@pytest.mark.parametrize(("number", "is_tagged"), [(10, True), (11, False)])
def test_tags_of_objects(tmp_path: Path, number: int, is_tagged: bool) -> None:
    shutil.copytree(CASES["kept"].spec.parent, tmp_path / "kept", ignore=shutil.ignore_patterns("expected"))
    spec = tmp_path / "kept" / "spec.toml"
    more = "".join(f'more-{at} = "x"\n' for at in range(number - 2))  # two are there
    spec.write_text(spec.read_text("utf-8").replace("[tags]\n", f"[tags]\n{more}"), encoding="utf-8")
    compilation = check(spec, stack="prod")
    assert compilation.module is not None, compilation.diagnostics
    assert compilation.context is not None
    module = PulumiTarget().legalize(compilation.context, compilation.module)
    made = program(compilation.context, module, Packaged(code="s3", dependencies="s3"))
    assert made is not None
    assert len(made.deployment.tags) == number
    statements = made.files[next(path for path in made.files if path.name == "__main__.py")].decode().split("\n\n")
    uploaded = [text for text in statements if "aws.s3.BucketObjectv2(" in text]
    assert ["tags=TAGS" in text for text in uploaded] == [is_tagged, is_tagged]
    assert any("aws.s3.Bucket(" in text and "tags=TAGS" in text for text in statements)
