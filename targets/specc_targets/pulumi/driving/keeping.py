"""What must not be lost with the emitted project: the salt of a stack's secrets, and settings that the user gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from specc_targets.local.runs.files import make_folder, read_json, write_file, write_json
from specc_targets.pulumi.driving.backend import Backend
from specc_targets.pulumi.driving.folders import Folders
from specc_targets.pulumi.driving.reading import read_settings
from specc_targets.pulumi.settings import KEPT, dump, merged


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of one stack, beside its project and not in it."""

    folders: Folders
    backend: Backend

    @property
    def path(self) -> Path:
        """The file."""
        return self.folders.own / "kept.json"

    @property
    def is_salted(self) -> bool:
        """Whether a passphrase is known to encrypt the stack's secrets."""
        return bool(self._known().get("encryptionsalt"))

    @property
    def is_keyed(self) -> bool:
        """Whether a key is known to encrypt them."""
        return bool(self._known().get("encryptedkey"))

    def restore(self) -> None:
        """Put what is missing back into the settings in the project."""
        settings, changed = read_settings(self.folders.settings), False
        if not any(settings.get(key) for key in KEPT) and (known := self._known()):
            settings, changed = {**known, **settings}, True
        given = self._file().get("config", {})
        config = dict(settings.get("config") or {})
        for key, value in given.items():
            if key not in config:
                config[key], changed = value, True
        if changed:
            settings["config"] = config
            write_settings(self.folders.settings, {key: value for key, value in settings.items() if value})

    def save(self, written: bytes) -> None:
        """Note what the settings in the project hold beside those that the program says itself."""
        import yaml

        settings = read_settings(self.folders.settings)
        own = (yaml.safe_load(written) or {}).get("config") or {}
        both = yaml.safe_load(merged(PurePosixPath(self.folders.settings.name), written, dump(settings).encode()))
        given = {key: value for key, value in (both.get("config") or {}).items() if key not in own}
        encryption = {key: settings[key] for key in KEPT if settings.get(key)}
        found = {"encryption": encryption or self._known(), "config": given}
        if found != self._file():
            make_folder(self.path.parent)
            write_json(self.path, found)

    def drop(self) -> None:
        """The stack is gone, and its secrets with it."""
        self.path.unlink(missing_ok=True)

    def _known(self) -> dict[str, str]:
        """What is known of the encryption: what was noted, else what the settings or the state itself say."""
        noted = self._file().get("encryption", {})
        if noted:
            return dict(noted)
        settings = read_settings(self.folders.settings)
        there = {key: str(settings[key]) for key in KEPT if settings.get(key)}
        return there or self.backend.secrets_of(self.folders.project, self.folders.stack)

    def _file(self) -> dict[str, Any]:
        try:
            return read_json(self.path)
        except FileNotFoundError:
            return {}


def write_settings(path: Path, settings: Mapping[str, Any]) -> None:
    """Replace the settings of a stack. Raises `StateError`."""
    make_folder(path.parent)
    write_file(path, dump(dict(settings)).encode())
