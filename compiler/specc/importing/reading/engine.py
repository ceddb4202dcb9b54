"""What configurations and workflows take from the engine that they were written for."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath
from typing import Any

from specc.importing.reading.expressions import shown
from specc.importing.reading.objects import Budget, Captured, Generated, Imported, Scope, Used
from specc.importing.reading.statements import Statements
from specc.importing.values import Configuration, ImportProblem, Loaded, ScriptUse, Where, Workflow

PACKAGES = ("kohakuengine", "kogine")
WORKER = "KOGINE_WORKER_ID"
_WORKFLOWS = ("Flow", "Sequential", "Pipeline", "Parallel")

LoadFile = Callable[[Path], Loaded]


class EngineFile(Statements):
    """Reads one file, and knows the names of the engine."""

    def __init__(self, path: Path, budget: Budget, load: LoadFile) -> None:
        super().__init__(str(path), budget)
        self.path = path
        self.load = load
        self.bases: list[Configuration] = []
        """What `use_config()` named, in order."""
        self.workflows: list[Workflow] = []
        """The workflows that the file runs."""
        self.notes: list[tuple[str, Where]] = []

    def apply(self, node: ast.AST, function: Any, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        """Know the engine's functions and classes; anything else is Python's."""
        if isinstance(function, Imported):
            name = engine_name(function)
            if name is not None:
                make = getattr(self, f"_engine_{name.replace('.', '_').lower()}", None)
                if make is not None:
                    return make(node, arguments, named, scope)
                return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
            if function.name in ("os.environ.get", "os.getenv") and arguments:
                return self._variable(node, arguments)
        of, method = getattr(function, "of", None), getattr(function, "name", "")
        if isinstance(of, Workflow) and method == "run":
            self.workflows.append(of)
            return None
        if isinstance(of, Workflow) and method == "validate":
            return True
        if isinstance(of, ScriptUse) and method in ("run", "execute"):
            self.workflows.append(Workflow([of], where=self.where(node)))
            return None
        if isinstance(of, Generated) and method == "__next__":
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        return super().apply(node, function, arguments, named, scope)

    def environment(self, node: ast.AST, name: Any) -> Any:
        """The number of a worker is that of the first; other variables are not known."""
        if name == WORKER:
            return self._variable(node, [name, "0"])
        return super().environment(node, name)

    def _variable(self, node: ast.AST, arguments: list[Any]) -> Any:
        if arguments[0] != WORKER:
            return super().environment(node, arguments[0])
        note = f"`{WORKER}` is read where the configuration is made, so it is always that of the first worker"
        self.notes.append((f"{note}; `slots` gives each running item a device or port of its own", self.where(node)))
        return arguments[1] if len(arguments) > 1 else None

    def _engine_config(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        names = ("globals_dict", "args", "kwargs", "metadata")
        given = dict(zip(names, arguments, strict=False)) | named
        found = Configuration(where=self.where(node))
        for name, value in given.items():
            kinds = (list, tuple) if name == "args" else (dict,)
            if name not in names or not isinstance(value, kinds):
                expected = "a list" if name == "args" else "a dictionary"
                raise ImportProblem("SPC605", f"`{name}` of `Config` is not {expected}", self.where(node))
            setattr(found, "globals" if name == "globals_dict" else name, kinds[0](value))
        return found

    def _engine_config_from_globals(
        self, node: ast.AST, _: list[Any], named: dict[str, Any], scope: Scope
    ) -> Configuration:
        return Configuration(globals=captured(scope.module.names), where=self.where(node))

    def _engine_config_from_context(
        self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope
    ) -> Any:
        block = arguments[0] if arguments else named.get("context")
        if not isinstance(block, Captured):
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        plain = {name: value.value if isinstance(value, Used) else value for name, value in block.names.items()}
        return Configuration(globals=plain, where=self.where(node))

    def _engine_config_from_dict(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        data = arguments[0] if arguments else named.get("data")
        if not isinstance(data, dict):
            raise ImportProblem("SPC605", f"`{shown(node)}` takes a dictionary", self.where(node))
        return configuration_from(data, self.where(node))

    _engine_load_from_dict = _engine_config_from_dict
    _engine_configloader_load_from_dict = _engine_config_from_dict

    def _engine_use(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        return Used(arguments[0] if arguments else named.get("value"))

    def _engine_capture_globals(self, *_: Any) -> Captured:
        return Captured()

    _engine_captureglobals = _engine_capture_globals

    def _engine_use_config(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        loaded = self._engine_load_config_file(node, arguments, named, scope, self.path.parent)
        if not isinstance(loaded, Loaded) or loaded.several or loaded.loop:
            raise ImportProblem(
                "SPC605", "`use_config` takes a file of one configuration, not of several", self.where(node)
            )
        self.bases.append(loaded.configurations[0])
        return loaded.configurations[0]

    def _engine_load_config_file(
        self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope, folder: Path | None = None
    ) -> Any:
        given = arguments[0] if arguments else next((named[key] for key in ("path", "config_path") if key in named), "")
        if not isinstance(given, str | PurePath):
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        try:
            loaded = self.load((folder or Path()) / Path(given))
        except RecursionError:
            raise ImportProblem("SPC605", "the files use each other in a circle", self.where(node)) from None
        self.notes += loaded.notes
        return loaded if folder is not None or loaded.several or loaded.loop else loaded.configurations[0]

    _engine_config_from_file = _engine_load_config_file
    _engine_configloader_load_config = _engine_load_config_file

    def _engine_script(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        given = dict(zip(("path", "config", "entrypoint"), arguments, strict=False)) | named
        path, config, entry = given.get("path"), given.get("config"), given.get("entrypoint")
        if not isinstance(path, str | PurePath) or not isinstance(entry, str | None):
            return self.unreadable(node, f"`{shown(node)}` cannot be read without running it")
        return ScriptUse(str(path), self._loaded(config, node), entry)

    def _loaded(self, config: Any, node: ast.AST) -> Loaded | None:
        """What a script is given: a configuration, or many."""
        if config is None or isinstance(config, Loaded):
            return config
        if isinstance(config, Configuration):
            return Loaded(self.path, [config])
        given = config.items if isinstance(config, Generated) else config
        items: list[Any] = list(self.items(given, node)) if isinstance(given, list | tuple | Iterator) else [None]
        if all(isinstance(item, Configuration) for item in items):
            return Loaded(self.path, items, several=True)
        raise ImportProblem("SPC605", f"`{shown(node)}` has no configuration", self.where(node))

    def _engine_configgenerator(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        return self._loaded(arguments[0], node) if arguments else self.unreadable(node, "`ConfigGenerator()` is empty")

    def _engine_flow(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        names = ("scripts", "mode", "executor_class", "max_workers", "use_subprocess")
        given = dict(zip(names, arguments, strict=False)) | named
        kind = given.get("executor_class")
        chosen = engine_name(kind) if isinstance(kind, Imported) else None
        if kind is not None and chosen not in _WORKFLOWS:
            return self.unreadable(node, "a class of one's own that runs scripts cannot be read")
        parallel = given.get("mode", "sequential") == "parallel" if chosen is None else chosen == "Parallel"
        return self._workflow(node, given, parallel)

    def _engine_sequential(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        return self._workflow(node, dict(zip(("scripts", "use_subprocess"), arguments, strict=False)) | named, False)

    _engine_pipeline = _engine_sequential

    def _engine_parallel(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        names = ("scripts", "max_workers", "use_subprocess")
        return self._workflow(node, dict(zip(names, arguments, strict=False)) | named, True)

    def _workflow(self, node: ast.AST, given: dict[str, Any], parallel: bool) -> Any:
        scripts, workers = given.get("scripts"), given.get("max_workers")
        if not isinstance(scripts, list | tuple) or not all(isinstance(item, ScriptUse) for item in scripts):
            return next(
                (item for item in scripts or () if not isinstance(item, ScriptUse)),
                self.unreadable(node, f"the scripts of `{shown(node)}` cannot be read without running it"),
            )
        if workers is not None and (not isinstance(workers, int) or workers < 1):
            return self.unreadable(node, f"`max_workers` of `{shown(node)}` is no number of workers")
        processes = given.get("use_subprocess")
        return Workflow(
            list(scripts), parallel, workers, parallel if processes is None else bool(processes), self.where(node)
        )

    def _engine_run(self, node: ast.AST, arguments: list[Any], named: dict[str, Any], scope: Scope) -> Any:
        names = ("script_path", "config_path", "globals_dict", "args", "kwargs", "set_overrides", "strict")
        given = dict(zip(names, arguments, strict=False)) | named
        loaded = Loaded(self.path, [Configuration(where=self.where(node))])
        if given.get("config_path") is not None:
            found = self._engine_load_config_file(node, [given["config_path"]], {}, scope)
            loaded = self._loaded(found, node) or loaded
        for configuration in loaded.configurations:
            configuration.globals |= {**(given.get("globals_dict") or {}), **(given.get("set_overrides") or {})}
            configuration.args = list(given["args"]) if given.get("args") is not None else configuration.args
            configuration.kwargs |= given.get("kwargs") or {}
        self.workflows.append(Workflow([ScriptUse(str(given.get("script_path")), loaded)], where=self.where(node)))
        return None


def engine_name(found: Imported) -> str | None:
    """The engine's own name of what a file imported, as `Config.from_globals`; None for anything else."""
    first, *rest = found.name.split(".")
    if first not in PACKAGES:
        return None
    while rest and rest[0].islower() and len(rest) > 1 and rest[0] in ("config", "engine", "flow", "main", "base",
                                                                       "loader", "generator", "script", "sequential",
                                                                       "parallel"):  # fmt: skip
        rest = rest[1:]
    return ".".join(rest)


def captured(names: dict[str, Any]) -> dict[str, Any]:
    """What of a file's names is configuration: data, and functions and classes of its own."""
    found: dict[str, Any] = {}
    for name, value in names.items():
        if name.startswith("_") or isinstance(value, Imported):
            continue
        if isinstance(value, Captured):
            continue
        found[name] = value.value if isinstance(value, Used) else value
    return found


def configuration_from(data: dict[str, Any], where: Where | None) -> Configuration:
    """A configuration from a table with `globals`, `args`, `kwargs` and `metadata`."""
    found = Configuration(where=where)
    for name, kind in (("globals", dict), ("args", list), ("kwargs", dict), ("metadata", dict)):
        value = data.get(name)
        value = kind(value) if isinstance(value, tuple) and kind is list else value
        if value is not None and not isinstance(value, kind):
            raise ImportProblem("SPC605", f"`{name}` of the configuration is not {_KINDS[kind]}", where)
        if value is not None:
            setattr(found, name, value)
    return found


_KINDS: dict[type, str] = {dict: "a table", list: "a list"}
