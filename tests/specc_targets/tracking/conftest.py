"""An MLflow server of a few lines, which keeps what it is given and refuses what MLflow refuses."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from specc_targets.local.runs.state import state_directory

_KEY = re.compile(r"[\w.\- :/]{1,250}", re.ASCII)


class FakeMlflow:
    """What it was given, and how it is to behave."""

    def __init__(self) -> None:
        self.experiments: dict[str, str] = {}
        self.runs: dict[str, dict[str, Any]] = {}
        self.files: dict[str, bytes] = {}
        self.authorizations: set[str | None] = set()
        self.requests: list[str] = []
        self.status = 0
        """What it answers everything with; 0: as it should."""
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            do_POST = do_PUT = do_GET  # noqa: N815  # `http.server` names them so

            def log_message(self, *arguments: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        parts = urlsplit(handler.path)
        with self.lock:
            self.requests.append(parts.path)
            self.authorizations.add(handler.headers.get("Authorization"))
            status, found = self.status, {"error_code": "INTERNAL_ERROR", "message": "as it was told"}
            if not status:
                status, found = self._do(parts.path, parse_qs(parts.query), body)
        data = json.dumps(found).encode()
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        handler.wfile.write(data)

    def _do(self, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, dict[str, Any]]:
        if path.startswith("/api/2.0/mlflow-artifacts/artifacts/"):
            self.files[path.removeprefix("/api/2.0/mlflow-artifacts/artifacts/")] = body
            return 200, {}
        call, asked = path.removeprefix("/api/2.0/mlflow/"), json.loads(body or b"{}")
        if call == "experiments/get-by-name":
            name = query["experiment_name"][0]
            if name not in self.experiments:
                return 404, {"error_code": "RESOURCE_DOES_NOT_EXIST", "message": "no"}
            return 200, {"experiment": {"experiment_id": self.experiments[name], "lifecycle_stage": "active"}}
        if call == "experiments/create":
            self.experiments[asked["name"]] = str(len(self.experiments) + 1)
            return 200, {"experiment_id": self.experiments[asked["name"]]}
        if call == "runs/search":
            (tag, value) = re.fullmatch(r"tags\.`(.+)` = '(.+)'", asked["filter"]).groups()  # type: ignore[union-attr]  # else the test fails
            known = [
                {
                    "info": {"run_id": run, "artifact_uri": f"mlflow-artifacts:/1/{run}/artifacts"},
                    "data": {"tags": [{"key": key, "value": text} for key, text in about["tags"].items()]},
                }
                for run, about in self.runs.items()
                if about["tags"].get(tag) == value
            ]
            return 200, {"runs": known}
        if call == "runs/create":
            run = f"run{len(self.runs)}"
            tags = {tag["key"]: tag["value"] for tag in asked["tags"]}
            known = {"name": asked["run_name"], "status": "RUNNING", "experiment": asked["experiment_id"]}
            self.runs[run] = {**known, "tags": tags, "params": {}, "metrics": []}
            return 200, {"run": {"info": {"run_id": run, "artifact_uri": f"mlflow-artifacts:/1/{run}/artifacts"}}}
        run_ = self.runs[asked["run_id"]]
        if call == "runs/update":
            run_["status"] = asked["status"]
            return 200, {}
        assert call == "runs/log-batch", call
        things = [*asked["metrics"], *asked["params"], *asked["tags"]]
        if len(things) > 1000 or not all(_KEY.fullmatch(thing["key"]) for thing in things):
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "too many, or a bad name"}
        for param in asked["params"]:
            if run_["params"].setdefault(param["key"], param["value"]) != param["value"]:
                return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "a param does not change"}
        run_["tags"].update({tag["key"]: tag["value"] for tag in asked["tags"]})
        for metric in asked["metrics"]:
            entry = (metric["key"], metric["step"], float(metric["value"]), metric["timestamp"])
            if entry not in run_["metrics"]:  # MLflow keeps the same one once, too
                run_["metrics"].append(entry)
        return 200, {}

    def named(self, name: str) -> dict[str, Any]:
        """The only run that is called so."""
        (found,) = [run for run in self.runs.values() if run["name"] == name]
        return found

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def mlflow() -> Iterator[FakeMlflow]:
    server = FakeMlflow()
    yield server
    server.close()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of a project, with runs beside it."""
    monkeypatch.setenv("SPECC_STATE", str(tmp_path / "state"))
    for name in ("MLFLOW_TRACKING_TOKEN", "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def run_folder(project: Path) -> Callable[[], Path]:
    """Gives the folder of the only run."""

    def find() -> Path:
        (found,) = (state_directory() / "runs").iterdir()
        return found

    return find
