"""Objects that a user has put into a bucket: read by a deployed machine as by a local run in the same account."""

from __future__ import annotations

from pathlib import Path

import pytest

from e2e.deployments import Project, left
from specc_targets.deployed.session import Account
from specc_targets.emulator.client import Emulator

pytestmark = pytest.mark.slow
BUCKET = "incoming-sightings"
OBJECTS = {
    "2030/rows.csv": "bird,count\nheron,3\negret,x\ngull,4\n",
    "2030/raw/a.jsonl": '{"count": 1}\n{"count": 2}\n',
    "2030/raw/b.jsonl": '{"count": 5}\n',
    "2031/raw/c.jsonl": "{}",
}
STEPS = """
def counted(row):
    return [row["bird"], int(row["count"])]


def size(file):
    return [file["key"], file["size"]]


def count(row):
    return row["count"]
"""
SPEC = f"""
specc = 1
kind = "pipeline"
name = "files"

[params.year]
type = "integer"

[steps.rows]
call = "file_steps:counted"
each.row = {{ csv = "s3://{BUCKET}/${{params.year}}/rows.csv" }}
tolerate = 1

[steps.sizes]
call = "file_steps:size"
each.file = {{ objects = "s3://{BUCKET}/${{params.year}}/raw/" }}

[steps.counts]
call = "file_steps:count"
each.row = {{ jsonl = "s3://{BUCKET}/${{params.year}}/raw/a.jsonl" }}
timeout = "10s"

[outputs]
rows = "${{steps.rows}}"
sizes = "${{steps.sizes}}"
counts = "${{steps.counts}}"

[stacks.dev]
endpoint = "ENDPOINT"
region = "us-east-1"
"""


def test_objects_of_a_bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file_steps.py").write_text(STEPS)
    with Emulator(tmp_path / "emulator") as emulator:
        (tmp_path / "files.toml").write_text(SPEC.replace("ENDPOINT", emulator.endpoint))
        s3 = Account(endpoint=emulator.endpoint, region="us-east-1").client("s3")
        s3.create_bucket(Bucket=BUCKET)
        for key, text in OBJECTS.items():
            s3.put_object(Bucket=BUCKET, Key=key, Body=text.encode())
        project = Project(tmp_path, monkeypatch)
        made = project.json("deploy", "files.toml", "--stack", "dev")
        print("files:", made["resources"])
        there = project.json("run", "files.toml", "--stack", "dev", "-p", "year=2030", "--wait")
        local = project.json("run", "--local", "files.toml", "--stack", "dev", "-p", "year=2030")
        assert there["outputs"] == local["outputs"]
        assert there["outputs"] == {
            "rows": [["heron", 3], None, ["gull", 4]],
            "sizes": [["2030/raw/a.jsonl", 26], ["2030/raw/b.jsonl", 13]],
            "counts": [1, 2],
        }
        assert there["tolerated"] == local["tolerated"]
        missing = ("files.toml", "-p", "year=1999")
        failed = project.json("run", *missing, "--stack", "dev", "--wait", code=1)
        same = project.json("run", "--local", *missing, "--stack", "dev", code=1)
        assert failed["error"]["name"] == same["error"]["name"] == "ItemsError"
        project.specc("down", "files.toml", "--stack", "dev", "--yes")
        assert {kind: len(found) for kind, found in left(emulator.endpoint).items()} == {"buckets": 1}
