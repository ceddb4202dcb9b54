"""`[pulumi]`: what reaches the IR, and what is wrong with it, at the key that says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc.diagnostics.render import render
from specc.frontend import check
from specc.ir.deployment import NOWHERE, PulumiSettings

HEAD = 'specc = 1\nkind = "pipeline"\nname = "spec"\n[steps.pause]\nwait = "1s"\n'
GOOD = "def extra(resources):\n    pass\n"
EXTRA = '[pulumi]\nextra = "infra.py"\n'


def found(tmp_path: Path, body: str, infra: str | None = GOOD, stack: str | None = None) -> list[str]:
    if infra is not None:
        (tmp_path / "infra.py").write_text(infra)
    (tmp_path / "spec.toml").write_text(HEAD + body)
    compilation = check(tmp_path / "spec.toml", stack=stack)
    return render(compilation.diagnostics, compilation.texts, "concise").replace(f"{tmp_path}/", "").splitlines()


def settings(tmp_path: Path, body: str, stack: str | None = None) -> PulumiSettings:
    assert found(tmp_path, body, stack=stack) == []
    module = check(tmp_path / "spec.toml", stack=stack).module
    assert module is not None
    return module.deployment.pulumi


def test_nothing_said_is_nowhere(tmp_path: Path) -> None:
    assert found(tmp_path, "") == []
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    assert module.deployment is NOWHERE
    assert module.deployment.pulumi == PulumiSettings()


def test_a_stack_overrides_key_by_key(tmp_path: Path) -> None:
    body = (
        f'{EXTRA}backend = "s3://acme-state"\nsecrets_provider = "passphrase"\nallow_data_loss = true\n'
        '[stacks.prod.pulumi]\nbackend = "https://api.pulumi.com"\nallow_data_loss = false\n'
    )
    plain = PulumiSettings(
        extra="infra.py", backend="s3://acme-state", secrets_provider="passphrase", allow_data_loss=True
    )
    assert settings(tmp_path, body) == plain
    assert settings(tmp_path, body, "prod") == PulumiSettings(
        extra="infra.py", backend="https://api.pulumi.com", secrets_provider="passphrase"
    )


def test_a_stack_alone_may_say_it(tmp_path: Path) -> None:
    body = '[stacks.dev]\npulumi.backend = "file://~"\n'
    assert settings(tmp_path, body, "dev").backend == "file://~"
    assert settings(tmp_path, body).backend is None


@pytest.mark.parametrize(
    "backend",
    [
        "file://~",
        "file:///var/lib/pulumi state",
        "file://./state",
        "s3://acme-state/team?region=eu-north-1&awssdk=v2",
        "gs://acme_state",
        "azblob://state",
        "https://api.pulumi.com",
        "https://pulumi.acme.com/api",
        "http://127.0.0.1:8080",
    ],
)
def test_backends_of_pulumi(tmp_path: Path, backend: str) -> None:
    assert settings(tmp_path, f'[pulumi]\nbackend = "{backend}"\n').backend == backend


@pytest.mark.parametrize(
    "backend", ["s3:acme", "s3://", "acme-state", "ftp://state", "https://me:word@pulumi.acme.com"]
)
def test_a_backend_of_unknown_form(tmp_path: Path, backend: str) -> None:
    (line,) = found(tmp_path, f'[pulumi]\nbackend = "{backend}"\n')
    assert line.startswith("spec.toml:7:11: error[SPC109]")
    assert "is not a place where Pulumi keeps state" in line


@pytest.mark.parametrize("given", ["awskms://alias/x?region=eu-north-1", "gcpkms://p/l/k", "hashivault://k", "default"])
def test_secrets_providers(tmp_path: Path, given: str) -> None:
    assert settings(tmp_path, f'[pulumi]\nsecrets_provider = "{given}"\n').secrets_provider == given
    (line,) = found(tmp_path, '[pulumi]\nsecrets_provider = "aws"\n')
    assert line.startswith("spec.toml:7:20: error[SPC109]")


@pytest.mark.parametrize(
    "infra",
    [
        GOOD,
        "def extra(made, /, *, region='x', **more):\n    pass\n",
        "def extra(*made):\n    pass\n",
        "def extra(made, region='x'):\n    pass\n",
        "extra = lambda made: None\n",
        "from others import extra\n",
        "from others import *\n",
        "import others\nextra = others.builder('x')\n",
        "try:\n    from others import extra\nexcept ImportError:\n    def extra(made):\n        pass\n",
        "@wrapped\ndef extra():\n    pass\n",
        "def _make(made): ...\nglobals()['extra'] = _make\n",
    ],
)
def test_functions_that_take_the_resources(tmp_path: Path, infra: str) -> None:
    assert found(tmp_path, EXTRA, infra) == []


@pytest.mark.parametrize(
    ("infra", "code", "says"),
    [
        (None, "SPC540", "`infra.py` does not exist"),
        ("def extra(\n", "SPC541", "has a syntax error"),
        ("\0", "SPC541", "holds a NUL byte"),
        ("", "SPC542", "is not there"),
        ("class A:\n    def extra(self, made): ...\n", "SPC542", "is not there"),
        ("def main():\n    def extra(made): ...\n", "SPC542", "is not there"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from o import extra\n", "SPC542", "is not there"),
        ("async def extra(made): ...\n", "SPC542", "is a coroutine"),
        ("class extra: ...\n", "SPC542", "is a class"),
        ("extra = []\n", "SPC542", "cannot be called"),
        ("def extra(): ...\n", "SPC542", "takes nothing"),
        ("def extra(*, made): ...\n", "SPC542", "takes nothing"),
        ("def extra(made, config): ...\n", "SPC542", "needs 2 arguments"),
        ("extra = lambda made, config: None\n", "SPC542", "needs 2 arguments"),
        ("def extra(made, *, region): ...\n", "SPC542", "needs an argument `region` by name"),
    ],
)
def test_what_cannot_add_resources(tmp_path: Path, infra: str | None, code: str, says: str) -> None:
    (line,) = found(tmp_path, EXTRA, infra)
    assert line.startswith(f"spec.toml:7:9: error[{code}]")
    assert says in line


def test_a_folder_and_another_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "infra.py").mkdir()
    assert "not a regular file" in found(tmp_path, EXTRA, None)[0]
    assert "is no Python file" in found(tmp_path, EXTRA.replace(".py", ".ts"), None)[0]
    assert "does not exist" in found(tmp_path, EXTRA.replace("infra", "i" * 300), None)[0]
    assert "does not exist" in found(tmp_path, EXTRA.replace("infra", "i\\u0000"), None)[0]


@pytest.mark.parametrize("name", ["my-infra", "class", "json", "pulumi_aws", "2nd"])
def test_a_file_that_the_program_cannot_import(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text(GOOD)
    (line,) = found(tmp_path, EXTRA.replace("infra", name))
    assert line.startswith("spec.toml:7:9: error[SPC540]")
    assert "cannot be imported" in line
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "infra.py").write_text(GOOD)
    assert found(tmp_path, EXTRA.replace("infra", "deploy/infra")) == []


def test_a_function_called_otherwise_is_found(tmp_path: Path) -> None:
    found(tmp_path, EXTRA, "def extras(resources):\n    pass\n")
    compilation = check(tmp_path / "spec.toml")
    (mistake,) = compilation.diagnostics
    assert mistake.help == ("rename `extras` to `extra`",)
    assert "def extras(resources):" in render(compilation.diagnostics, compilation.texts, "text")


def test_every_stack_is_checked_where_none_is_chosen(tmp_path: Path) -> None:
    body = f'{EXTRA}[stacks.dev.pulumi]\nextra = "dev.py"\n[stacks.prod]\nregion = "eu-north-1"\n'
    (line,) = found(tmp_path, body)
    assert line.startswith("spec.toml:9:9: error[SPC540]")
    assert found(tmp_path, body, stack="dev") == [line]
    assert found(tmp_path, body, stack="prod") == []


def test_a_protected_stack_never_loses_data(tmp_path: Path) -> None:
    body = "[pulumi]\nallow_data_loss = true\n[stacks.dev]\n[stacks.prod]\nprotect = true\n"
    (line,) = found(tmp_path, body)
    assert line.startswith("spec.toml:7:19: error[SPC543]")
    assert found(tmp_path, body, stack="prod") == [line]
    assert found(tmp_path, body, stack="dev") == []
    assert found(tmp_path, f"{body}pulumi.allow_data_loss = false\n") == []
    own = "[stacks.dev.pulumi]\nallow_data_loss = true\n[stacks.prod]\nprotect = true\n"
    assert found(tmp_path, own) == []
    assert found(tmp_path, own, stack="dev") == []
    (line,) = found(tmp_path, f"{own}[stacks.prod.pulumi]\nallow_data_loss = true\n")
    assert line.startswith("spec.toml:11:19: error[SPC543]")
