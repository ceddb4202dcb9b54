"""What a language server has loaded when it first offers something: nothing that a keystroke would have to wait for."""

from __future__ import annotations

import sys
from pathlib import Path

from language_client import LanguageClient

HEAVY = {
    "boto3", "botocore", "dask", "google", "graphviz", "grpc", "jsonschema", "matplotlib", "moto", "networkx", "numpy",
    "pandas", "prompt_toolkit", "pulumi", "pulumi_aws", "pyarrow", "pytest", "questionary", "requests", "rich",
}  # fmt: skip
SPEC = (
    'specc = 1\nkind = "pipeline"\nname = "lazy"\n[steps.a]\ncall = "work:f"\nwith.x = 1\n[outputs]\ny = "${steps.a}"\n'
)
_SERVE = """
import atexit, sys
from pathlib import Path
atexit.register(lambda: Path("loaded").write_text("\\n".join(sys.modules)))
from specc.cli.shell import run
sys.exit(run(["lsp"]))
"""


def test_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("def f(x: int) -> int:\n    return x\n")
    with LanguageClient((sys.executable, "-c", _SERVE), folder=tmp_path) as client:
        uri = client.open(tmp_path / "lazy.toml", SPEC)
        assert client.diagnostics(uri) == []
        line = SPEC.split("\n").index('y = "${steps.a}"')
        offered = [item["label"] for item in client.completion(uri, {"line": line, "character": 13})]
    loaded = {name.partition(".")[0] for name in (tmp_path / "loaded").read_text().split()}
    assert any("a" in label for label in offered)
    assert {"pygls", "specc", "pydantic"} <= loaded
    assert not loaded & HEAVY
