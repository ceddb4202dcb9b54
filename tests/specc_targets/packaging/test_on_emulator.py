"""What is built runs as a Lambda function: code, included data, and a layer of dependencies."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc_targets.asl.functions import HANDLER
from specc_targets.emulator.client import Emulator

WORK = """\
from pathlib import Path
import tiny

def do(x):
    return [tiny.ONE, Path(__file__).with_name("data").joinpath("a.csv").read_text(), x]
"""


@pytest.mark.slow
@pytest.mark.usefixtures("needs_uv")
def test_code_data_and_layer_run_as_a_function(project, wheel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("specc_targets.packaging.building.MAX_DIRECT", 400_000)
    wheel("tiny", {"tiny/__init__.py": "ONE = 1\n", "tiny/data.bin": b"0" * 300_000})
    project.write({"work.py": WORK, "data/a.csv": "4\n", "requirements.txt": "tiny==1.0\n"})
    built = project.build('requirements = "requirements.txt"\ninclude = ["data/*.csv"]\n').made
    (layer,) = built.layers
    assert built.archive is not None
    with Emulator(tmp_path / "emulator") as server:
        published = server.functions.publish_layer_version(
            LayerName="dependencies", Content={"ZipFile": layer.path.read_bytes()}
        )
        server.functions.create_function(
            FunctionName="work",
            Runtime=f"python{built.python}",
            Role=server.role,
            Handler=HANDLER,
            Code={"ZipFile": built.archive.read_bytes()},
            Layers=[published["LayerVersionArn"]],
            Environment={"Variables": {"SPECC_STORE": (tmp_path / "store").as_uri()}},
        )
        request = {"specc": 1, "run": {"id": "r"}, "step": "work", "action": "call", "call": "work:do"}
        payload = json.dumps({**request, "with": {"x": 20}, "scope": {}})
        answer = server.functions.invoke(FunctionName="work", Payload=payload)
        result = json.loads(answer["Payload"].read())
    assert "errorMessage" not in result, result
    assert result["$value"] == [1, "4\n", 20]
