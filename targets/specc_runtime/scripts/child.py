"""What a forked process does around a script: it becomes what `python script.py` is, and reports how that ended.

Loads nothing beyond what a bare Python has loaded. What a run reports are frames, each a length and what `marshal`
writes: ("raised", classes, message), ("values", {name: value}), ("missing", name, names), ("unfit", name, message).
"""

from __future__ import annotations

import builtins
import marshal
import os
import sys

from specc_runtime.scripts import standard
from specc_runtime.scripts.plain import is_plain
from specc_runtime.scripts.serving import reports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, ModuleType, TracebackType
    from typing import Any

    Run = Callable[..., Any]

_HERE = os.path.dirname(os.path.abspath(__file__)) + "/"
LIBRARY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_taken: list[tuple[Any, ...]] = []
_failed: list[bool] = []
_read: list[dict[str, Any]] = []
"""The globals of which some are outputs."""
_file: list[tuple[int, int]] = []
"""What is open as the descriptor of reports: a script may close it, and open something else under its number."""
_LIMIT = 1000
"""Python's own limit of recursion. Far more than that, which a script may set, some of what is called crashes."""
_BUILTINS = vars(builtins).copy()
_dumps, _write, _fstat, _set_limit, _get_limit = (
    marshal.dumps,
    os.write,
    os.fstat,
    sys.setrecursionlimit,
    sys.getrecursionlimit,
)


class Undisturbed:
    """Meanwhile the builtins and the limit of recursion are Python's own, whatever the script has made of them."""

    def __enter__(self) -> None:
        """Put them in."""
        self._builtins = vars(builtins).copy()
        builtins.__dict__.update(_BUILTINS)
        self._limit = _get_limit()
        _set_limit(_LIMIT)

    def __exit__(self, *about: object) -> None:
        """Put back what there was."""
        _set_limit(self._limit)
        builtins.__dict__.update(self._builtins)


def placeholder(name: str) -> str:
    """The constant that stands for a global's value in compiled code; no script has one like it."""
    return f"\0specc: the value of {name}\0"


class Value:
    """Gives a value; it is in the place of a constant, so it is hashable, whatever the value is."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Copies:
    """Gives a new value at every use, as a list written into the source is."""

    __slots__ = ("_data",)

    def __init__(self, value: Any) -> None:
        self._data = marshal.dumps(value)

    @property
    def value(self) -> Any:
        """The next one."""
        return marshal.loads(self._data)


class Reference:
    """Gives what `module:name` means, found when it is used."""

    __slots__ = ("_reference",)

    def __init__(self, reference: str) -> None:
        self._reference = reference

    @property
    def value(self) -> Any:
        """The object. Raises what the import does, and `AttributeError`."""
        module, _, name = self._reference.partition(":")
        __import__(module)
        found: Any = sys.modules[module]
        for part in name.split("."):
            found = getattr(found, part)
        return found


def holder(given: tuple[str, Any]) -> Any:
    """What gives a value of a request: ("plain", value), ("json" or another codec, bytes), ("ref", text)."""
    kind, content = given
    if kind == "ref":
        return Reference(content)
    if kind != "plain":
        return Value(_library("codecs").Encoded(kind, content).decode())
    return Copies(content) if isinstance(content, list | dict | set | bytearray) else Value(content)


def filled(code: CodeType, values: dict[str, tuple[str, Any]]) -> CodeType:
    """The code with holders of these values in place of the constants that stand for them."""
    if not values:
        return code
    places = {placeholder(name): given for name, given in values.items()}
    return code.replace(
        co_consts=tuple(holder(places[one]) if type(one) is str and one in places else one for one in code.co_consts)
    )


def prepare(request: dict[str, Any], bare: dict[str, Any]) -> Run:
    """Make this process what a started one would be; give what runs the script with the arguments that are `taken`.

    `bare` is what Python gives to a main module.
    """
    standard.renew()
    _set_environment(request["environment"])
    os.chdir(request["cwd"])
    sys.argv[:] = request["argv"]
    sys.orig_argv[:] = [
        sys.executable,
        *(["-m", request["module"]] if request["module"] and not request["entry"] else []),
        *request["argv"],
    ]
    if not sys.flags.safe_path:
        sys.path.insert(0, request["folder"])
    sys.path += [one for one in request["paths"] if one not in sys.path]
    main = _main_module(bare, request)
    sys.modules["__main__"] = main
    if request["outputs"] is not None:
        import atexit

        if not request["entry"]:
            read_from(main.__dict__)
        atexit.register(_report_globals, request["outputs"], os.getpid())
    _file[:] = [_identity(one) for one in reports]
    os.register_at_fork(after_in_child=_forget)
    if request["source"] is not None:  # as much as to be told what the compiler thinks of it
        compile(request["source"], request["path"], "exec", dont_inherit=True)
    run = _form(request, main)
    for name in [name for name in sys.modules if name.partition(".")[0] == "specc_runtime"]:
        if not request["entry"]:
            del sys.modules[name]  # this process's own
    return run


def read_from(names: dict[str, Any]) -> None:
    """Outputs are read from these globals, also where the script takes its module out of `sys.modules`."""
    _read.append(names)


def taken() -> tuple[Any, ...]:
    """The arguments of the run; nothing keeps them, so that what the script makes goes when it should."""
    return _taken.pop()


def _form(request: dict[str, Any], main: ModuleType) -> Run:
    code = marshal.loads(request["code"]) if request["code"] is not None else None
    if request["values"]:
        from specc_runtime.scripts import spawned

        spawned.follow(request)
    if request["entry"]:
        from specc_runtime.scripts import entering

        _taken.append((request, code))
        return entering.enter
    if request["module"]:
        import runpy

        if code is not None:
            exchange(runpy, filled(code, request["values"]), request["path"])
        _taken.append((request["module"], True))
        return runpy._run_module_as_main  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001  # what `-m` calls
    if code is None:  # what is wrong with it is told by the compiler
        code = compile(request["source"], request["path"], "exec", dont_inherit=True)
    _taken.append((filled(code, request["values"]), main.__dict__))
    return exec


def exchange(runpy: Any, code: CodeType, path: str) -> None:
    """Let `runpy` find this code as that of the main module."""
    find = runpy._get_module_details  # noqa: SLF001  # there is no other way to it

    def found(*arguments: Any) -> Any:
        name, spec, old = find(*arguments)
        if spec.origin == path:
            runpy._get_module_details = find  # noqa: SLF001  # as it was
            old = code
        return name, spec, old

    runpy._get_module_details = found  # noqa: SLF001  # what `-m` asks


def _set_environment(environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name not in environment]:
        del os.environ[name]
    for name, value in environment.items():
        if os.environ.get(name) != value:
            os.environ[name] = value


def _main_module(bare: dict[str, Any], request: dict[str, Any]) -> ModuleType:
    """A main module as Python makes it: for a program, for `-m`, and for an entry as for `-c`."""
    module = type(sys)("__main__")
    names = module.__dict__
    names.clear()
    names.update(bare, __doc__=None)
    if "__annotations__" in names:
        names["__annotations__"] = {}
    if request["module"]:
        names.pop("__file__", None)
        names.pop("__cached__", None)
        names["__loader__"] = sys.modules["_frozen_importlib"].BuiltinImporter
        return module
    names["__file__"] = request["path"]
    names["__loader__"] = type(bare["__loader__"])("__main__", request["path"])
    return module


def note(error: BaseException) -> None:
    """Report what a script raised, and have it shown as Python does, without frames of ours.

    The interpreter is about to show it: a hook is put in the way of the one that is there, for once.
    """
    if isinstance(error, SystemExit):
        return
    _failed.append(True)
    with Undisturbed():
        _tell(error)
    users = getattr(sys, "excepthook", sys.__excepthook__)

    def show(kind: type[BaseException], value: BaseException, trace: TracebackType | None) -> None:
        sys.excepthook = users
        value.__traceback__ = sys.last_traceback = _trimmed(trace)
        try:
            users(kind, value, value.__traceback__)
        except SystemExit:
            raise
        except BaseException as other:  # as the interpreter does it
            sys.stderr.write("Error in sys.excepthook:\n")
            other.__traceback__ = _trimmed(other.__traceback__)
            sys.__excepthook__(type(other), other, other.__traceback__)
            sys.stderr.write("\nOriginal exception was:\n")
            sys.__excepthook__(kind, value, value.__traceback__)

    sys.excepthook = show


def _tell(error: BaseException) -> None:
    kinds = [(kind.__name__, kind.__module__, kind.__qualname__) for kind in type(error).__mro__[:-1]]
    try:
        message = str.__str__(str(error))[:65536]
    except BaseException:  # whatever the user's class does
        message = f"<{type(error).__name__} without a readable message>"
    report("raised", [tuple(map(str, kind)) for kind in kinds], message)


def _trimmed(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_code.co_filename.startswith(_HERE):
        trace = trace.tb_next
    one = trace
    while one is not None:
        after = one.tb_next
        while after is not None and after.tb_frame.f_code.co_filename.startswith(_HERE):
            after = after.tb_next
        if after is not one.tb_next:
            one.tb_next = after
        one = after
    return trace


def _forget() -> None:
    """In what the script forks: it reports nothing, and holds nothing open."""
    while reports:
        try:
            os.close(reports.pop())
        except OSError:  # the script has closed it
            continue


def report(*frame: Any) -> None:
    """Tell whoever runs the script."""
    data = _dumps(frame)
    data = len(data).to_bytes(8, "big") + data
    while data and reports:
        try:
            if _identity(reports[0]) not in _file:  # the script has closed it, and opened something else
                return
            data = data[_write(reports[0], data) :]
        except OSError:  # the script has closed it, or nobody reads
            return


def _identity(descriptor: int) -> tuple[int, int]:
    found = _fstat(descriptor)
    return found.st_dev, found.st_ino


def _report_globals(names: list[str], pid: int) -> None:
    """Called last of what is called at exit, so what others do then counts."""
    there = _read.pop() if _read else None
    if os.getpid() != pid or _failed or there is None:
        return
    with Undisturbed():
        found = {}
        for name in names:
            if name not in there:
                report("missing", name, [one for one in there if isinstance(one, str) and one[:1] != "_"])
                return
            given = _as_output(name, there[name])
            if given is None:
                return
            found[name] = given
        report("values", found)


def _as_output(name: str, value: Any) -> tuple[str, Any] | None:
    try:
        if is_plain(value):
            return "plain", value
        return _library("scripts.outputs").in_table(value)  # type: ignore[no-any-return]  # a codec and bytes
    except BaseException as error:  # a user's class may do anything while it is looked at
        report("unfit", name, _why(error))
        return None


def _why(error: BaseException) -> str:
    try:
        text = str.__str__(str(error))
    except BaseException:  # whatever the user's class does
        text = "an error without a readable message"
    name = type(error).__name__
    return text if name == "CodecError" else f"cannot be read: {name}: {text}"


def _library(name: str) -> Any:
    """A module of `specc_runtime` that a bare Python may have no way to."""
    sys.path.append(LIBRARY)
    try:
        __import__(f"specc_runtime.{name}")
        return sys.modules[f"specc_runtime.{name}"]
    finally:
        if LIBRARY in sys.path:
            del sys.path[len(sys.path) - 1 - sys.path[::-1].index(LIBRARY)]
