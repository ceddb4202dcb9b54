"""The example that calls AWS and a web server, on both engines, with everything there: twice, since the first run changes the second."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from conformance.harness.case import Case, Run
from conformance.harness.deployment import Deployment
from conformance.harness.local import run_local
from conformance.harness.outcome import Outcome
from conformance.harness.web import web_address
from specc_targets.emulator.client import REGION, Emulator

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "specs" / "sightings"
SEEN = [{"id": "1", "bird": "goose"}, {"id": "2", "bird": "swan"}]


class Sightings(Case):
    """The example as a case of the conformance suite."""

    @property
    def spec(self) -> Path:
        return self.folder / "sightings.toml"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with Emulator(tmp_path_factory.mktemp("emulator")) as running:
        dynamodb = running.client("dynamodb")
        for engine in ("local", "machine"):
            dynamodb.create_table(
                TableName=engine,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
            dynamodb.put_item(TableName=engine, Item={"id": {"S": "1"}})
        yield running


def params(engine: str) -> dict[str, Any]:
    page = quote(json.dumps({"sightings": SEEN}))
    return {"feed": f"{web_address()}/given?json={page}", "table": engine, "topic": engine}


def test_both_engines_keep_and_tell_what_is_new(
    server: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("ENDPOINT_URL", server.endpoint), ("REGION", REGION), ("ACCESS_KEY_ID", "a")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "b")
    deployment = Deployment(server)
    for turn, (new, skipped) in enumerate((("swan", ()), ("", ("tell", "topic"))), 1):
        found: list[Outcome] = []
        for engine in ("local", "machine"):
            run = Run("sightings", turn, "", params(engine))
            case = Sightings("sightings", FOLDER, (run,))
            folder = tmp_path / f"{engine}-{turn}"
            folder.mkdir()
            found.append(run_local(case, run, folder) if engine == "local" else deployment.run(case, run, folder))
        for outcome in found:
            assert (outcome.status, outcome.error, outcome.message) == ("succeeded", None, None)
            assert (outcome.outputs["new"], outcome.skipped) == (new, skipped)
            assert (outcome.outputs["message"] is None) == (new == "")
    for engine in ("local", "machine"):
        kept = server.client("dynamodb").scan(TableName=engine)["Items"]
        assert {item["id"]["S"] for item in kept} == {"1", "2"}
