"""`$${` stands for `${` wherever a spec holds text."""

from pathlib import Path

from specc.frontend import check

SPEC = """\
specc = 1
kind = "pipeline"
name = "m"
[env]
GREETING = "say $${name}"
[params.shape]
type = "object"
default = { text = ["$${x}"] }
[steps.pause]
wait = "1s"
"""


def test_escapes_in_environment_and_defaults(tmp_path: Path) -> None:
    found = check(tmp_path / "spec.toml", text=SPEC.encode())
    assert not found.failed
    assert found.module is not None
    assert found.module.environment == (("GREETING", "say ${name}"),)
    assert found.module.parameters[0].default == {"text": ["${x}"]}
