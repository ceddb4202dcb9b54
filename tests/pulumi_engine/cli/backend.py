"""States in a folder, laid out as the Pulumi CLI lays them out for `file://`."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import yaml

if TYPE_CHECKING:
    from pulumi_engine.state import State

MARK, _SECRET = "4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"


class CliError(Exception):
    """What ends a command, in words that the Automation API knows."""


def passphrase() -> str:
    """The passphrase, as the environment says it."""
    if (said := os.environ.get("PULUMI_CONFIG_PASSPHRASE")) is not None:
        return said
    if file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        return Path(file).read_text().strip()
    raise CliError(
        "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
    )


@dataclass
class Workspace:
    """The current folder with its project, and the backend that the environment names."""

    folder: Path
    stack: str

    @property
    def project(self) -> dict[str, Any]:
        """`Pulumi.yaml`."""
        file = self.folder / "Pulumi.yaml"
        if not file.exists():
            raise CliError("no Pulumi.yaml project file found (searching upwards from the current folder)")
        return dict(yaml.safe_load(file.read_text()))

    @property
    def name(self) -> str:
        """The project."""
        return str(self.project["name"])

    @property
    def root(self) -> Path:
        """The folder of the backend."""
        url = os.environ.get("PULUMI_BACKEND_URL", "")
        if not url.startswith("file://"):
            raise CliError(f"error: the stand-in knows states in folders only, not PULUMI_BACKEND_URL={url!r}")
        return Path(unquote(urlsplit(url).path)) / ".pulumi"

    @property
    def settings_file(self) -> Path:
        """The settings of the stack."""
        return self.folder / f"Pulumi.{self.stack}.yaml"

    @property
    def settings(self) -> dict[str, Any]:
        """What they say."""
        return (yaml.safe_load(self.settings_file.read_text()) or {}) if self.settings_file.exists() else {}

    def set(self, settings: dict[str, Any]) -> None:
        """Write them."""
        self.settings_file.write_text(yaml.safe_dump(settings, sort_keys=False))

    @property
    def _checkpoint(self) -> Path:
        return self.root / "stacks" / self.name / f"{self.stack}.json"

    @property
    def _history(self) -> Path:
        return self.root / "history" / self.name / self.stack / "history.json"

    @property
    def exists(self) -> bool:
        """Whether the stack is there."""
        return self._checkpoint.exists()

    def require(self) -> None:
        """Raise unless it is."""
        if not self.exists:
            raise CliError(f"no stack named '{self.stack}' found")

    def init(self) -> None:
        """Make the stack, and what encrypts its secrets."""
        if self.exists:
            raise CliError(f"stack '{self.stack}' already exists")
        settings = self.settings
        if "encryptionsalt" not in settings:
            salt = secrets.token_bytes(8)
            settings["encryptionsalt"] = f"v1:{_text(salt)}:v1:{_text(_proof(passphrase(), salt))}"
            self.set(settings)
        salt = settings["encryptionsalt"]
        self.put({"resources": [], "secrets_providers": {"type": "passphrase", "state": {"salt": salt}}})

    @property
    def _salt(self) -> bytes:
        said = self.settings.get("encryptionsalt")
        if not said:
            raise CliError(f"error: the settings of `{self.stack}` have no encryptionsalt")
        _, salt, _, proof = said.split(":")
        found = base64.b64decode(salt)
        if not hmac.compare_digest(_proof(passphrase(), found), base64.b64decode(proof)):
            raise CliError("incorrect passphrase")
        return found

    def load(self) -> State:
        """The state, with secrets as they are."""
        from pulumi_engine.state import State  # late: few commands need it

        return State.from_json(self.readable())

    def readable(self) -> dict[str, Any]:
        """The state, with secrets as they are, in the form of an export."""
        return dict(self._shown(self.raw()))

    def raw(self) -> dict[str, Any]:
        """The state, with secrets encrypted."""
        self.require()
        return {"version": 3, "deployment": json.loads(self._checkpoint.read_text())["checkpoint"]["latest"]}

    def save(self, state: State) -> None:
        """Replace the state; a reader finds the old one or the new one."""
        salt = self.settings.get("encryptionsalt", "")
        state.secrets_providers = {"type": "passphrase", "state": {"salt": salt}}
        self.put(self._hidden(state.to_json()["deployment"]))

    def put(self, deployment: dict[str, Any]) -> None:
        """Write a state as it is."""
        qualified = f"organization/{self.name}/{self.stack}"
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._checkpoint.with_suffix(".tmp")
        temporary.write_text(json.dumps({"version": 3, "checkpoint": {"stack": qualified, "latest": deployment}}))
        temporary.replace(self._checkpoint)

    def remove(self, force: bool) -> None:
        """Forget the stack."""
        if [item for item in self.raw()["deployment"].get("resources", ()) if item["custom"]] and not force:
            raise CliError(f"'{self.stack}' still has resources; removal rejected")
        self._checkpoint.unlink()
        self._history.unlink(missing_ok=True)
        self.settings_file.unlink(missing_ok=True)

    @property
    def history(self) -> list[dict[str, Any]]:
        """What was done, the last first."""
        return json.loads(self._history.read_text()) if self._history.exists() else []

    def note(self, kind: str, result: str, counts: dict[str, int]) -> None:
        """Add to what was done."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        item = {
            "kind": kind,
            "startTime": now,
            "message": "",
            "environment": {},
            "config": {},
            "result": result,
            "endTime": now,
            "version": len(self.history) + 1,
            "resourceChanges": counts,
        }
        self._history.parent.mkdir(parents=True, exist_ok=True)
        self._history.write_text(json.dumps([item, *self.history]))

    @property
    def _locks(self) -> Path:
        return self.root / "locks" / "organization" / self.name / self.stack

    def unlock(self) -> None:
        """Break all locks."""
        for path in self._locks.glob("*.json"):
            path.unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else changes the stack in the meantime."""
        found = sorted(self._locks.glob("*.json"))
        if found:
            lines = [
                f"  {path.as_uri()}: created by {item['username']}@{item['hostname']} (pid {item['pid']}) at {item['timestamp']}"
                for path in found
                for item in [json.loads(path.read_text())]
            ]
            raise CliError(
                f"the stack is currently locked by {len(found)} lock(s). Either wait for the other process(es) to end or "
                "delete the lock file with `pulumi cancel`.\n" + "\n".join(lines)
            )
        self._locks.mkdir(parents=True, exist_ok=True)
        lock = self._locks / f"{uuid.uuid4()}.json"
        who = {"pid": os.getpid(), "username": "somebody", "hostname": "here", "timestamp": time.strftime("%FT%TZ")}
        lock.write_text(json.dumps(who))
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)

    def config(self) -> tuple[dict[str, str], tuple[str, ...]]:
        """The configuration as a program gets it, and which of it is secret."""
        found, hidden = {}, []
        for key, value in (self.settings.get("config") or {}).items():
            name = key if ":" in key else f"{self.name}:{key}"
            if isinstance(value, dict) and value.keys() == {"secure"}:
                hidden.append(name)
                value = self._decrypt(value["secure"])
            found[name] = value if isinstance(value, str) else json.dumps(value)
        return found, tuple(hidden)

    def encrypt(self, text: str) -> str:
        """A text that only who has the passphrase can read; good enough for a test."""
        nonce = secrets.token_bytes(12)
        return f"v1:{_text(nonce)}:{_text(self._mixed(text.encode(), nonce))}"

    def _decrypt(self, text: str) -> str:
        _, nonce, data = text.split(":")
        return self._mixed(base64.b64decode(data), base64.b64decode(nonce)).decode()

    def _mixed(self, data: bytes, nonce: bytes) -> bytes:
        key = hashlib.shake_256(passphrase().encode() + self._salt + nonce).digest(len(data))
        return bytes(one ^ other for one, other in zip(data, key, strict=True))

    def _hidden(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.get(MARK) == _SECRET:
                return {MARK: _SECRET, "ciphertext": self.encrypt(json.dumps(value["value"]))}
            return {key: self._hidden(item) for key, item in value.items()}
        return [self._hidden(item) for item in value] if isinstance(value, list) else value

    def _shown(self, value: Any) -> Any:
        if isinstance(value, dict):
            if value.get(MARK) == _SECRET and "ciphertext" in value:
                return {MARK: _SECRET, "value": json.loads(self._decrypt(value["ciphertext"]))}
            return {key: self._shown(item) for key, item in value.items()}
        return [self._shown(item) for item in value] if isinstance(value, list) else value


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _proof(phrase: str, salt: bytes) -> bytes:
    return hmac.new(phrase.encode(), salt, "sha256").digest()
