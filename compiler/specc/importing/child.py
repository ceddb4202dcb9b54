"""Runs a configuration file and writes what it gives as JSON: a program of its own, which needs nothing but Python.

    python -I child.py FILE DESCRIPTOR LIMIT

The engine need not be there: the few names that configurations take from it are made here.
"""

import importlib.util
import json
import os
import pathlib
import sys
import traceback
import types
from collections.abc import Iterator
from typing import Any

LARGEST = 50_000
CAPTURED = "_specc_bases"


class Config:
    """What one run is given."""

    def __init__(self, globals_dict: Any = None, args: Any = None, kwargs: Any = None, metadata: Any = None) -> None:
        """Keep what is given."""
        self.globals_dict = dict(globals_dict or {})
        self.args = list(args or [])
        self.kwargs = dict(kwargs or {})
        self.metadata = dict(metadata or {})

    @classmethod
    def from_globals(cls) -> "Config":
        """What the caller's file binds."""
        names = sys._getframe(1).f_globals  # noqa: SLF001 - whose file calls
        return cls(captured(names))

    @classmethod
    def from_context(cls, block: "CaptureGlobals") -> "Config":
        """What a block has bound."""
        return cls(block.captured)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "Config":
        """What a table says."""
        return cls(data.get("globals"), data.get("args"), data.get("kwargs"), data.get("metadata"))

    @staticmethod
    def from_file(path: Any, **_: Any) -> Any:
        """What another file gives."""
        return load(path)


class Use:
    """Marks something imported as data."""

    def __init__(self, value: Any) -> None:
        """Keep it."""
        self.value = value


class CaptureGlobals:
    """Collects what a block binds."""

    def __init__(self) -> None:
        """Collect nothing yet."""
        self.captured: dict[str, Any] = {}

    def __enter__(self) -> "CaptureGlobals":
        self._names = sys._getframe(1).f_globals  # noqa: SLF001 - whose file calls
        self._before = set(self._names)
        return self

    def __exit__(self, *error: object) -> None:
        new = {name: self._names[name] for name in self._names if name not in self._before}
        self.captured = {
            name: value.value if isinstance(value, Use) else value for name, value in new.items() if value is not self
        }


def captured(names: dict[str, Any]) -> dict[str, Any]:
    """What of a module's names is configuration."""
    found = {}
    for name, value in names.items():
        if name.startswith("_") or isinstance(value, types.ModuleType):
            continue
        if isinstance(value, Use):
            found[name] = value.value
        elif not callable(value) or getattr(value, "__module__", None) == names.get("__name__"):
            found[name] = value
    return found


def use_config(path: Any) -> Config:
    """Take another file's configuration as a base."""
    names = sys._getframe(1).f_globals  # noqa: SLF001 - whose file calls
    found = load(pathlib.Path(names.get("__file__", "")).parent / path)
    if not isinstance(found, Config):
        raise TypeError("use_config() takes a file of one configuration, not of several")
    names.setdefault(CAPTURED, []).append(found)
    return found


def load(path: Any) -> Any:
    """The configuration of a file, or an iterator over several."""
    path = str(pathlib.Path(path).absolute())
    name = pathlib.Path(path).stem
    found = importlib.util.spec_from_file_location("_specc_config_" + name, path)
    if found is None or found.loader is None:
        raise ValueError("the file is no module of Python")
    module = importlib.util.module_from_spec(found)
    sys.modules[module.__name__] = module
    MODULES[module.__name__] = path
    found.loader.exec_module(module)
    names = vars(module)
    if "config_gen" in names:
        return names["config_gen"]()
    if "CONFIG" in names:
        return names["CONFIG"]
    base = Config()
    for other in names.get(CAPTURED, []):
        base.globals_dict.update(other.globals_dict)
        base.kwargs.update(other.kwargs)
        base.metadata.update(other.metadata)
        base.args = other.args or base.args
    base.globals_dict.update(captured(names))
    base.args = list(names.get("_args") or base.args)
    base.kwargs.update(names.get("_kwargs") or {})
    base.metadata.update(names.get("_metadata") or {})
    return swept(base, dict(names["_sweep"])) if "_sweep" in names else base


def swept(base: Config, axes: dict[str, Any]) -> Iterator[Config]:
    """The combinations of `_sweep`."""
    import itertools

    mode = axes.pop("__mode__", "grid")
    rows = zip(*axes.values(), strict=True) if mode == "zip" and axes else itertools.product(*axes.values())
    for row in rows:
        chosen = dict(zip(axes, row, strict=True))
        yield Config({**base.globals_dict, **chosen}, base.args, base.kwargs, {**base.metadata, **chosen})


MODULES: dict[str, str] = {}


class Writing:
    """Makes JSON of values; what is none becomes a reference, or is named."""

    def __init__(self) -> None:
        """Nothing written yet."""
        self.left = LARGEST

    def value(self, value: Any) -> Any:
        """A value as JSON; `{"!": kind}` stands for what is none."""
        self.left -= 1
        if self.left < 0:
            raise ValueError("the configuration is too large for a spec")
        if value is None or isinstance(value, (bool, str)):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return int(value)
        if isinstance(value, float):
            return float(value) if value - value == 0 else {"!": "other", "what": f"`{value}`"}
        if isinstance(value, (list, tuple)):
            return [self.value(item) for item in value]
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            pairs = {key: self.value(item) for key, item in value.items()}
            return {"!": "table", "pairs": pairs} if "!" in pairs else pairs
        if type(value).__module__.split(".")[0] == "numpy" and hasattr(value, "tolist"):
            return self.value(value.tolist())
        return reference(value) or {"!": "other", "what": f"of the kind `{type(value).__name__}`"}


def reference(value: Any) -> dict[str, Any] | None:
    """The name under which an object can be imported, if there is one."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    if isinstance(module, str) and isinstance(name, str):
        found = sys.modules.get(module)
        for part in name.split("."):
            found = getattr(found, part, None)
        if found is value:
            return {"!": "ref", "file": MODULES.get(module), "module": module, "name": name}
    for module, path in MODULES.items():
        for name, other in vars(sys.modules[module]).items():
            if (other.value if isinstance(other, Use) else other) is value and not isinstance(other, Use):
                return {"!": "ref", "file": path, "module": module, "name": name}
    return None


def configurations(found: Any, limit: int) -> dict[str, Any]:
    """All configurations as data."""
    writing = Writing()
    several = not isinstance(found, Config)
    written: list[dict[str, Any]] = []
    for one in found if several else [found]:
        if not isinstance(one, Config):
            return {"error": "wrong", "message": f"a configuration is of the kind `{type(one).__name__}`"}
        if len(written) == limit:
            return {"error": "limit", "message": ""}
        parts = {"globals": one.globals_dict, "args": one.args, "kwargs": one.kwargs, "metadata": one.metadata}
        written.append({name: writing.value(part) for name, part in parts.items()})
    return {"several": several, "configurations": written}


def engine() -> None:
    """The modules that configurations import the engine's names from."""

    class Generator:
        def __new__(cls, items: Any) -> Any:
            return iter(items)

    names = {
        "Config": Config, "use": Use, "Use": Use, "use_config": use_config, "capture_globals": CaptureGlobals,
        "CaptureGlobals": CaptureGlobals, "load_config_file": load, "load_from_dict": Config.from_dict,
        "ConfigGenerator": Generator,
    }  # fmt: skip
    for package in ("kohakuengine", "kogine"):
        for name in ("", ".config", ".config.base", ".config.loader", ".config.generator"):
            module = types.ModuleType(package + name)
            module.__path__ = []
            vars(module).update(names)
            sys.modules[package + name] = module


def main(path: str, descriptor: int, limit: int) -> None:
    """Run the file, write the answer."""
    engine()
    try:
        answer = configurations(load(path), limit)
    except ModuleNotFoundError as error:
        answer = {"error": "missing", "message": str(error), "line": line_of(error, path)}
    except BaseException as error:  # also SystemExit: the file ends, this program does not
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        answer = {"error": "raised", "message": text, "line": line_of(error, path)}
    with os.fdopen(descriptor, "w", encoding="utf-8") as pipe:
        json.dump(answer, pipe)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # whatever threads the file has started


def line_of(error: BaseException, path: str) -> int | None:
    """The line of the file that an error comes from."""
    whole = str(pathlib.Path(path).absolute())
    lines = [place.lineno for place in traceback.extract_tb(error.__traceback__) if place.filename == whole]
    return lines[-1] if lines else None


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
