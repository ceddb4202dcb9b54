"""The few calls of MLflow's REST API that are needed (MLflow documentation, "REST API", version 2.0).

MLflow's own client would do the same, but takes two seconds of a processor to import and brings forty packages.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

PATIENCE = 10.0
"""Seconds that a server may take for an answer."""
_LARGEST_ANSWER = 8 * 1024 * 1024
_UPLOADS = "mlflow-artifacts:"
"""What begins the address of artifacts that the server takes itself."""
_STRANGE = "it does not answer as MLflow does"
_CERTIFICATES = "MLFLOW_TRACKING_SERVER_CERT_PATH"


class Unreachable(Exception):  # noqa: N818  # it may be over in a moment
    """The server does not answer, or cannot for now."""


class Refused(Exception):  # noqa: N818  # the server's answer
    """The server has answered that it will not do something."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.status = code, status

    @property
    def of_user(self) -> bool:
        """Whether the server does not let this user do it."""
        return self.status in (401, 403)


class Server:
    """One MLflow server. Asking it raises `OSError` where the user's certificates cannot be read."""

    def __init__(self, address: str, environment: Mapping[str, str]) -> None:
        """`environment` has the user's credentials, in the variables that MLflow reads them from."""
        self.address = address
        self._authorization = _authorization(environment)
        self._environment = environment

    def experiment(self, name: str) -> str:
        """The id of an experiment, which is made where there is none. Raises `Unreachable` and `Refused`."""
        with _understood():
            try:
                found = self._get("experiments/get-by-name", {"experiment_name": name})
            except Refused as error:
                if error.code != "RESOURCE_DOES_NOT_EXIST":
                    raise
                try:
                    return str(self._post("experiments/create", {"name": name})["experiment_id"])
                except Refused as again:
                    if again.code != "RESOURCE_ALREADY_EXISTS":  # somebody else was quicker
                        raise
                found = self._get("experiments/get-by-name", {"experiment_name": name})
            if found["experiment"].get("lifecycle_stage") == "deleted":
                raise Refused("DELETED", f"the experiment `{name}` has been deleted; restore it, or name another one")
            return str(found["experiment"]["experiment_id"])

    def begin(self, experiment: str, name: str, start: float, tags: Mapping[str, str]) -> tuple[str, str]:
        """Make a run; its id, and where its artifacts are. Raises `Unreachable` and `Refused`."""
        body = {
            "experiment_id": experiment,
            "run_name": name,
            "start_time": int(start * 1000),
            "tags": [{"key": key, "value": value} for key, value in tags.items()],
        }
        with _understood():
            info = self._post("runs/create", body)["run"]["info"]
            return str(info["run_id"]), str(info.get("artifact_uri", ""))

    def tagged(self, experiment: str, tag: str, value: str) -> Iterator[tuple[str, str, dict[str, str]]]:
        """The id, the place of artifacts and the tags of all runs with a tag. Raises `Unreachable` and `Refused`."""
        body: dict[str, Any] = {
            "experiment_ids": [experiment],
            "filter": f"tags.`{tag}` = '{value}'",
            "max_results": 1000,
        }
        while True:
            with _understood():
                found = self._post("runs/search", body)
                runs = [
                    (
                        str(run["info"]["run_id"]),
                        str(run["info"].get("artifact_uri", "")),
                        {one["key"]: one.get("value", "") for one in run["data"].get("tags") or ()},
                    )
                    for run in found.get("runs") or ()
                ]
                body["page_token"] = found.get("next_page_token")
            yield from runs
            if not body["page_token"]:
                return

    def log(
        self,
        run: str,
        metrics: Sequence[Mapping[str, Any]] = (),
        params: Sequence[Mapping[str, str]] = (),
        tags: Sequence[Mapping[str, str]] = (),
    ) -> None:
        """Add to a run: at most 1,000 things, of them 100 params and 100 tags. Raises `Unreachable` and `Refused`."""
        body = {"run_id": run, "metrics": list(metrics), "params": list(params), "tags": list(tags)}
        self._post("runs/log-batch", body)

    def set_status(self, run: str, status: str, end: float | None = None) -> None:
        """Say how a run stands: `RUNNING`, `FINISHED`, `FAILED`, `KILLED`. Raises `Unreachable` and `Refused`."""
        self._post(
            "runs/update",
            {"run_id": run, "status": status} | ({"end_time": int(end * 1000)} if end is not None else {}),
        )

    def upload(self, artifacts: str, name: str, file: Path) -> bool:
        """Hand over a file of a run; whether the server takes files itself.

        Raises `Unreachable`, `Refused` and `OSError`.
        """
        if not artifacts.startswith(_UPLOADS):
            return False
        place = artifacts.removeprefix(_UPLOADS).lstrip("/")
        path = quote(f"{place}/{name}")
        self._ask("PUT", f"/api/2.0/mlflow-artifacts/artifacts/{path}", file.read_bytes(), "application/octet-stream")
        return True

    def _get(self, call: str, query: Mapping[str, str]) -> Any:
        return self._ask("GET", f"/api/2.0/mlflow/{call}?{urlencode(query)}")

    def _post(self, call: str, body: Mapping[str, Any]) -> Any:
        return self._ask("POST", f"/api/2.0/mlflow/{call}", json.dumps(body).encode(), "application/json")

    def _ask(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
        request = Request(self.address + path, data=body, method=method)  # the schema lets only http(s) pass
        if body is not None:
            request.add_header("Content-Type", kind)
        if self._authorization:
            request.add_unredirected_header("Authorization", self._authorization)  # never to another host
        context = self._context
        try:
            with urlopen(request, timeout=PATIENCE, context=context) as answer:
                return json.loads(answer.read(_LARGEST_ANSWER) or b"{}")
        except HTTPError as error:
            raise _fault(error) from None
        except URLError as error:
            raise Unreachable(_said(error.reason)) from None
        except (OSError, HTTPException) as error:
            raise Unreachable(_said(error)) from None
        except ValueError:
            raise Unreachable(_STRANGE) from None

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        return _context(self._environment) if self.address.startswith("https:") else None


@contextmanager
def _understood() -> Iterator[None]:
    """Raises `Unreachable` where an answer has not what one of MLflow has: something else is at this address."""
    try:
        yield
    except (LookupError, TypeError, AttributeError):
        raise Unreachable(_STRANGE) from None


def _fault(error: HTTPError) -> Exception:
    try:
        said = json.loads(error.read(_LARGEST_ANSWER))
        code, message = str(said["error_code"]), str(said.get("message", ""))
    except (OSError, HTTPException, ValueError, LookupError, TypeError):
        code, message = "", f"it answers with status {error.code}"
    finally:
        error.close()
    if error.code == 429 or error.code >= 500 or (error.code == 404 and not code):
        return Unreachable(message or f"it answers with status {error.code}")
    return Refused(code, " ".join(message.split())[:500], error.code)


def _said(reason: object) -> str:
    if isinstance(reason, TimeoutError):
        return "it does not answer"
    return reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)


def _authorization(environment: Mapping[str, str]) -> str:
    user, password = environment.get("MLFLOW_TRACKING_USERNAME"), environment.get("MLFLOW_TRACKING_PASSWORD")
    if user and password:
        return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
    token = environment.get("MLFLOW_TRACKING_TOKEN")
    return f"Bearer {token}" if token else ""


def _context(environment: Mapping[str, str]) -> ssl.SSLContext:
    file = environment.get(_CERTIFICATES) or None
    try:
        context = ssl.create_default_context(cafile=file)
    except OSError as error:
        raise OSError(f"no certificates can be read from `{file}`, which {_CERTIFICATES} names") from error
    if environment.get("MLFLOW_TRACKING_INSECURE_TLS", "").lower() in ("true", "1"):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
