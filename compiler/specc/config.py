"""Settings of a person or a repository: user file < project file < environment < flags.

Every value remembers where it came from. Keys are those of `specc_schemas.config.Settings`; the environment variable of
a key is `SPECC_` and its path in capitals (`log.level` -> `SPECC_LOG_LEVEL`), and `SPECC_STORE` is `store.location`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel, ValidationError

from specc.config_files import FILE_NAME, user_file
from specc.diagnostics import Severity, Sink, closest
from specc_schemas.config import Settings

if TYPE_CHECKING:
    from specc.schema.translate import Finding
    from specc.source import Spec

_ALIASES = {"SPECC_STORE": ("store", "location")}
_OTHERS = frozenset({"SPECC_DEBUG"})
"""Variables that are no settings."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """One value, by its path (`("log", "level")`), and where it came from."""

    key: Key
    value: Any
    source: str
    """A file's path, `environment variable NAME`, or `flag`."""


@dataclass(frozen=True)
class Configuration:
    """All settings, typed, and one by one with their sources."""

    settings: Settings
    entries: tuple[Setting, ...]
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """The text of every file that was read, for diagnostics."""

    def source_of(self, *key: str) -> str | None:
        """Where the value at `key` came from; None when nobody gave it."""
        return next((entry.source for entry in self.entries if entry.key == key), None)


def load_settings(project: Path, flags: Mapping[str, Any], env: Mapping[str, str], sink: Sink) -> Configuration:
    """The settings in force in the folder `project`. Faulty layers are reported and left out, whole.

    `flags` is nested as the file is; values of None are flags that were not given.
    """
    found: dict[Key, Setting] = {}
    texts: dict[str, str] = {}
    for file in (user_file(env), project / FILE_NAME):
        for key, value in _leaves(_read(file, sink, texts)) if file is not None and file.is_file() else ():
            found[key] = Setting(key, value, str(file))
    for setting in (*_from_environment(env, sink), *_from_flags(flags, sink)):
        found[setting.key] = setting
    entries = tuple(found[key] for key in sorted(found))
    return Configuration(Settings.model_validate(_nested(entries)), entries, texts)


def variables() -> dict[str, tuple[Key, bool]]:
    """Every environment variable with the key it sets, and whether its value is a boolean."""
    named = {f"SPECC_{'_'.join(key).upper()}": (key, boolean) for key, boolean in _settable(Settings)}
    return named | {name: (key, False) for name, key in _ALIASES.items()}


def _settable(model: type[BaseModel], prefix: Key = ()) -> Iterator[tuple[Key, bool]]:
    from specc.schema.vocabulary import keys_of, table_at

    for key, annotation in keys_of(model).items():
        inner = table_at((key,), model)
        if inner is not None:
            yield from _settable(inner, (*prefix, key))
        elif key not in ("stacks", "tags", "$schema"):
            yield (*prefix, key), annotation == bool | None


def check_file(file: Path, sink: Sink, texts: dict[str, str], text: bytes | None = None) -> tuple[Spec | None, bool]:
    """The values of a file of settings, None when it cannot be read, and whether they are right.

    What is wrong is reported. `text` stands for what is on the disk.
    """
    from specc.source import Spec
    from specc.source.load import Loader

    document = Loader(sink, texts).document(str(file), str(file), text)
    if document is None:
        return None, False
    spec = Spec(document.value, (document,), file.parent)
    return spec, _valid(document.value, sink, spec=spec)


def _read(file: Path, sink: Sink, texts: dict[str, str]) -> dict[str, Any]:
    spec, right = check_file(file, sink, texts)
    return spec.value if spec is not None and right else {}


def _from_environment(env: Mapping[str, str], sink: Sink) -> Iterator[Setting]:
    known = variables()
    for name, text in sorted(env.items()):
        if not name.startswith("SPECC_") or not text or name in _OTHERS:
            continue
        if name not in known:
            near = closest(name, known)
            sink.report(
                "SPC101",
                f"no setting has the environment variable `{name}`",
                severity=Severity.WARNING,
                help=f"did you mean `{near}`?" if near else "unset it",
            )
            continue
        key, boolean = known[name]
        value = {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text) if boolean else text
        setting = Setting(key, value, f"environment variable {name}")
        if _valid(_nested([setting]), sink, note=f"given by the environment variable `{name}`"):
            yield setting


def _from_flags(flags: Mapping[str, Any], sink: Sink) -> Iterator[Setting]:
    for key, value in _leaves(flags):
        setting = Setting(key, value, "flag")
        if value is not None and _valid(_nested([setting]), sink, note="given by a flag"):
            yield setting


def _valid(value: dict[str, Any], sink: Sink, spec: Spec | None = None, note: str = "") -> bool:
    """Whether a layer of settings is right; what is wrong is reported, at its place in `spec` if it is a file."""
    try:
        Settings.model_validate(value)
        findings: list[Any] = []
    except ValidationError as error:
        findings = list(error.errors(include_url=False))
    if findings or "stacks" in value:
        from specc.schema.choices import check_choices
        from specc.schema.reporter import Reporter
        from specc.schema.translate import translate
        from specc.source import locate_diagnostics

        found = Sink()
        reporter = Reporter(found)
        translate(cast("Iterable[Finding]", findings), value, reporter, Settings)
        check_choices(value, iter(()), reporter)
        reporter.close()
        for each in locate_diagnostics(found.diagnostics, spec):
            notes = (*each.notes, note) if note else each.notes
            labels = each.labels if spec is not None else ()
            fix = each.fix if spec is not None else None
            sink.report(each.code, each.message, *labels, severity=each.severity, help=each.help, notes=notes, fix=fix)
        return reporter.count == 0
    return True


def _leaves(table: Mapping[str, Any], prefix: Key = ()) -> Iterator[tuple[Key, Any]]:
    """Every value that is no table, by its path."""
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*prefix, key))
        else:
            yield (*prefix, key), value


def _nested(settings: Iterable[Setting]) -> dict[str, Any]:
    """The tables that have these values."""
    root: dict[str, Any] = {}
    for setting in settings:
        table = root
        for key in setting.key[:-1]:
            table = table.setdefault(key, {})
        table[setting.key[-1]] = setting.value
    return root
