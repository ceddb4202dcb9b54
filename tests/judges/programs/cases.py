"""The programs that are judged: every example, what uses everything, what uses what is there, and what is kept."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from specc.diagnostics import Severity
from specc.frontend import Compilation, check, compile_for
from specc.ir.module import Module
from specc_targets.cloudformation.target import TEMPLATE, CloudFormationTarget
from specc_targets.pulumi.program import Packaged, Program, program
from specc_targets.pulumi.target import PulumiTarget, report

ROOT = Path(__file__).parents[3]
GOLDEN = ROOT / "tests" / "golden" / "pulumi"
TEMPLATES = ROOT / "tests" / "golden" / "cloudformation"
SUBNETS, GROUPS = '["subnet-0a1b2c3d"]', '["sg-0a1b2c3d"]'
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/birds@sha256:" + "0" * 64
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"


@dataclass(frozen=True, eq=False)
class Case:
    """A spec, and how it is compiled."""

    name: str
    spec: Path
    stack: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    """What the deployer sets, by names without that of the project."""
    packaged: Packaged | None = None
    eject: bool = False

    @property
    def config(self) -> dict[str, str]:
        """The settings by their full names."""
        project = compiled(self).project
        return {"aws:region": "eu-west-1"} | {f"{project}:{key}": value for key, value in self.settings.items()}


_NETWORK = {"subnetIds": SUBNETS, "securityGroupIds": GROUPS}
_SPECS = sorted(path for path in (ROOT / "specs").glob("*/*") if path.suffix in (".toml", ".yaml"))
CASES: dict[str, Case] = {
    **{path.stem: Case(path.stem, path, settings=_NETWORK | {"image": IMAGE}) for path in _SPECS},
    "everything": Case(
        "everything",
        TEMPLATES / "everything" / "spec.toml",
        settings={**_NETWORK, "image": IMAGE, "alarmTopicArn": TOPIC},
    ),
    "shared": Case("shared", TEMPLATES / "shared" / "spec.toml", "prod", {"image": IMAGE}),
    "kept": Case(
        "kept",
        GOLDEN / "kept" / "spec.toml",
        "prod",
        {**_NETWORK, "image": IMAGE},
        packaged=Packaged(code="s3", dependencies="s3"),
    ),
}


@cache
def checked(case: Case) -> Compilation:
    """A case without errors."""
    compilation = check(case.spec, stack=case.stack)
    assert not compilation.failed, compilation.diagnostics
    return compilation


@cache
def legal(case: Case) -> tuple[Compilation, Module]:
    """A case as the target takes it."""
    compilation = checked(case)
    assert compilation.context is not None
    assert compilation.module is not None
    return compilation, PulumiTarget().legalize(compilation.context, compilation.module)


@cache
def compiled(case: Case) -> Program:
    """The program of a case."""
    compilation, module = legal(case)
    assert compilation.context is not None
    made = program(compilation.context, module, case.packaged, eject=case.eject)
    assert made is not None
    report(compilation.context, module, made)
    assert all(item.severity is not Severity.ERROR for item in compilation.diagnostics), compilation.diagnostics
    return made


@cache
def template(case: Case) -> bytes:
    """The same stack as a template of CloudFormation."""
    files = compile_for(CloudFormationTarget(), check(case.spec, stack=case.stack))
    assert files is not None
    return files[TEMPLATE]


def write_case(case: Case, directory: Path) -> Program:
    """The project of a case in a folder, with archives that hold next to nothing."""
    made = compiled(case)
    write_files(made.files, directory)
    return made


def write_files(files: Mapping[object, bytes], directory: Path) -> None:
    """The files of a project, with archives that hold next to nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        (directory / str(path)).write_bytes(content)
    for name in ("code.zip", "dependencies.zip"):
        (directory / name).write_bytes(_archive())


def _archive() -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as file:
        file.writestr(zipfile.ZipInfo("work.py"), "")
    return found.getvalue()
