"""Projects of specs, written to be applied by the test engine."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pulumi_engine import engine
from pulumi_engine.engine import Applied
from pulumi_engine.provider.provider import Provider
from pulumi_engine.state import State
from specc.frontend import check
from specc_targets.pulumi.program import Packaged, program
from specc_targets.pulumi.projects import write_project
from specc_targets.pulumi.target import PulumiTarget


def config_of(directory: Path, project: str, stack: str) -> dict[str, str]:
    """The configuration of a stack as the engine hands it on: what is no text is JSON."""
    file = directory / f"Pulumi.{stack}.yaml"
    found = (yaml.safe_load(file.read_text()) or {}).get("config") or {} if file.exists() else {}
    named = {key if ":" in key else f"{project}:{key}": value for key, value in found.items()}
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in named.items()}


@dataclass
class Deployed:
    """A spec's project in a folder, with the state of its stack and one provider."""

    directory: Path
    project: str
    stack: str
    state: State = field(default_factory=State)
    extra: dict[str, str] = field(default_factory=dict)
    """More configuration."""

    def __post_init__(self) -> None:
        self.provider: Provider = engine.provider(self.config)

    @property
    def config(self) -> dict[str, str]:
        """What the settings of the stack say."""
        return {"aws:region": "us-east-1", **config_of(self.directory, self.project, self.stack), **self.extra}

    def up(self, **more: Any) -> Applied:
        """Apply the program."""
        return engine.apply(
            self.directory,
            self.config,
            self.state,
            project=self.project,
            stack=self.stack,
            using=self.provider,
            **more,
        )

    def refresh(self) -> Applied:
        """Read what there is."""
        return engine.refresh(self.config, self.state, using=self.provider)

    def destroy(self) -> Applied:
        """Delete all."""
        return engine.destroy(self.config, self.state, using=self.provider)


def write(spec: Path, directory: Path, *, stack: str = "dev", image: str | None = None) -> Path:
    """The project of a spec, in a folder."""
    compilation = check(spec, stack=stack)
    made = write_project(compilation, directory, image=image)
    assert made is not None, [str(item) for item in compilation.sink.diagnostics]
    return made.directory


def write_unbuilt(spec: Path, directory: Path, packaged: Packaged, *, stack: str = "dev") -> Path:
    """The project of a spec with archives that hold nothing to run."""
    compilation = check(spec, stack=stack)
    assert compilation.module is not None, [str(item) for item in compilation.sink.diagnostics]
    assert compilation.context is not None
    module = PulumiTarget().legalize(compilation.context, compilation.module)
    made = program(compilation.context, module, packaged)
    assert made is not None
    assert not compilation.failed, [str(item) for item in compilation.sink.diagnostics]
    directory.mkdir(parents=True, exist_ok=True)
    for path, content in made.files.items():
        (directory / path).write_bytes(content)
    for name in ("code.zip", "dependencies.zip"):
        with zipfile.ZipFile(directory / name, "w") as archive:
            archive.writestr(zipfile.ZipInfo("work.py"), "def do(x): return x")
    return directory
