"""Every example, compiled and executed on an interpreter of Step Functions, gives what the local run gives."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import specc_runtime
from conformance.harness.case import Case, Run
from conformance.harness.machine import BUCKET, compile_case, run_machine
from specc_targets.emulator.client import Emulator
from specc_targets.emulator.deploy import create_container, create_function, python_files, zip_files

pytestmark = pytest.mark.slow
SPECS = Path(__file__).parents[2] / "specs"
RUNS: dict[str, dict[str, Any]] = {
    "birds/birds.toml": {"limit": 4},
    "weather/weather.toml": {"year": 2014, "months": 3},
    "flights/flights.toml": {"airports": 2, "late": 5},
    "earthquakes/earthquakes.toml": {"magnitude": 5.8},
    "energy/energy.yaml": {"goal": 0.45},
    "mandelbrot/mandelbrot.toml": {"columns": 40, "rows": 30, "depth": 60},
    "genes/genes.toml": {"close": 20},
    "nightly/nightly.toml": {"least": 13},
    "digits/digits.toml": {"folds": 2},
}
ELSEWHERE = {"sightings/sightings.toml", "release/release.toml"}
"""Examples that need something around them, or somebody."""


@dataclass(frozen=True)
class Example(Case):
    """An example as a case of the conformance suite: the spec has a name of its own."""

    file: str = ""

    @property
    def spec(self) -> Path:
        return self.folder / self.file


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        running.s3.create_bucket(Bucket=BUCKET)
        yield running


def test_every_example_is_here() -> None:
    assert sorted([*RUNS, *ELSEWHERE]) == sorted(
        str(path.relative_to(SPECS)) for path in SPECS.glob("*/*") if path.suffix in {".toml", ".yaml"}
    )


@pytest.mark.parametrize(("file", "params"), RUNS.items(), ids=RUNS)
def test_same_outputs(server: Emulator, file: str, params: dict[str, Any], tmp_path: Path) -> None:
    path = SPECS / file
    run = Run(path.stem, 1, "", params)
    example = Example(path.stem, path.parent, (run,), path.name)
    compiled = compile_case(example)
    code = zip_files({**_files(path.parent), **_files(Path(specc_runtime.__file__).parent, "specc_runtime/")})
    store = {"SPECC_STORE": f"s3://{BUCKET}/{path.stem}"}
    for container in compiled.containers:
        create_container(server, container, {**container["environment"], **store})
    for function in compiled.functions:
        environment = {**function["environment"], **store}
        handler, timeout, memory = function["handler"], function["timeout"], function["memory"]
        create_function(
            server, function["name"], code, handler=handler, environment=environment, timeout=timeout, memory=memory
        )
    outcome = run_machine(server, path.stem, run, compiled.definition, tmp_path)
    assert (outcome.status, outcome.error, outcome.message) == ("succeeded", None, None)
    local = _local(path, params)
    assert outcome.outputs == local["outputs"]
    assert list(outcome.skipped) == sorted(local["skipped"])


def _files(folder: Path, prefix: str = "") -> dict[str, bytes]:
    data = {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob("data/*") if path.is_file()}
    return {prefix + name: content for name, content in {**python_files(folder), **data}.items()}


def _local(path: Path, params: dict[str, Any]) -> dict[str, Any]:
    parameters = [part for name, value in params.items() for part in ("-p", f"{name}={json.dumps(value)}")]
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", str(path), *parameters]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found
