"""Processes that `multiprocessing` starts anew for a script: they get the same code, with the same values in it.

Those are told where the main program is, and run it under another name; what they are told here is the code itself.
"""

from __future__ import annotations

import marshal
import sys

from specc_runtime.scripts import child

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

_WATCHED = "multiprocessing.spawn"
_INSTALL = (
    "(lambda sys, path, request: (sys.path.append(path),"
    " __import__('specc_runtime.scripts.spawned', fromlist=['spawned']).install(request), sys.path.remove(path)))"
    "(__import__('sys'), {0!r}, {1!r})"
)


def follow(request: dict[str, Any]) -> None:
    """See to it that new processes of this one run the code of `request`, as soon as it may start any."""
    kept = {key: request[key] for key in ("path", "module", "entry", "code", "values")}
    if kept["code"] is not None:
        sys.meta_path.insert(0, _Watch(marshal.dumps(kept)))


class _Watch:
    """Waits for the module that tells new processes of the main one."""

    def __init__(self, kept: bytes) -> None:
        self._kept = kept

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find that module, once, as it is found without this."""
        if name != _WATCHED:
            return None
        sys.meta_path.remove(self)
        spec = sys.modules["_frozen_importlib_external"].PathFinder.find_spec(name, path, target)
        if spec is not None:
            execute, kept = spec.loader.exec_module, self._kept

            def exec_module(module: ModuleType) -> None:
                execute(module)
                _tell(module, kept)

            spec.loader.exec_module = exec_module
        return spec


class _Note:
    """Installs the code where it is read, before that process looks for a main program."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (self._text,)


def _tell(module: Any, kept: bytes) -> None:
    plain = module.get_preparation_data
    note = _Note(_INSTALL.format(child.LIBRARY, kept))

    def get_preparation_data(name: str) -> dict[str, Any]:
        return {"specc": note, **plain(name)}

    module.get_preparation_data = get_preparation_data


def install(kept: bytes) -> None:
    """Have this new process run the code in place of the file that it will be told of."""
    request = marshal.loads(kept)
    code = child.filled(marshal.loads(request["code"]), request["values"])
    follow(request)
    if request["entry"]:
        provide(request["module"], request["path"], code)
        return
    import runpy

    plain_path, plain_module = runpy.run_path, runpy.run_module

    def run_path(path: str, *arguments: Any, **named: Any) -> Any:
        if path != request["path"]:
            return plain_path(path, *arguments, **named)
        return runpy._run_module_code(code, None, named["run_name"], pkg_name="", script_name=path)  # type: ignore[attr-defined]  # noqa: SLF001  # as `run_path` does

    def run_module(name: str, *arguments: Any, **named: Any) -> Any:
        if name == request["module"]:
            child.exchange(runpy, code, request["path"])
        return plain_module(name, *arguments, **named)

    runpy.run_path, runpy.run_module = run_path, run_module  # type: ignore[assignment]  # with fewer names for arguments


def provide(name: str, path: str, code: CodeType) -> None:
    """Have the module `name` run this code when it is imported."""
    sys.meta_path.insert(0, _Provide(name, path, code))


class _Provide:
    def __init__(self, name: str, path: str, code: CodeType) -> None:
        self._name, self._path, self._code = name, path, code

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """Find it as ever where it is found, but with the other code."""
        if name != self._name:
            return None
        external = sys.modules["_frozen_importlib_external"]
        found = external.PathFinder.find_spec(name, path, target)
        if found is None or found.origin != self._path:
            loader = external.SourceFileLoader(name, self._path)
            found = external.spec_from_file_location(name, self._path, loader=loader)
        code = self._code
        found.loader.get_code = lambda _name: code
        return found
