"""Classes of Python and of well-known libraries as static types: what JSON has of them, if it has anything."""

from __future__ import annotations

import sys

from specc.expressions.type_model import OPAQUE_CODECS
from specc.expressions.types import ANY, BOOLEAN, BYTES, INTEGER, NUMBER, STRING, ListType, OpaqueType, Type, union

LIBRARIES = frozenset({"numpy", "pandas", "polars", "pyarrow", "pydantic"})
"""Packages whose classes are known by name: reading their files would take longer than the whole check."""

_TEXTS = frozenset(
    {
        "datetime.datetime", "datetime.date", "datetime.time", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath",
        "pathlib.PurePosixPath", "uuid.UUID", "numpy.str_", "numpy.datetime64", "pandas.Timestamp",
    }
)  # fmt: skip
_DURATIONS = frozenset({"datetime.timedelta", "pandas.Timedelta", "numpy.timedelta64"})
_NUMPY = {
    "bool_": BOOLEAN, "bool": BOOLEAN, "integer": INTEGER, "int_": INTEGER, "signedinteger": INTEGER,
    "unsignedinteger": INTEGER, "floating": NUMBER, "number": NUMBER,
    **{f"{sign}int{bits}": INTEGER for sign in ("", "u") for bits in (8, 16, 32, 64)},
    **{f"float{bits}": NUMBER for bits in (16, 32, 64)},
}  # fmt: skip
LISTS = frozenset(
    {
        "set", "frozenset", "Set", "FrozenSet", "AbstractSet", "MutableSet", "deque", "Deque", "KeysView", "ValuesView",
    }
)  # fmt: skip
"""Names of `builtins`, `typing` and `collections` for what JSON has as lists, beside lists and tuples."""
_HOME = {
    "socket": {"socket"},
    "threading": {"Thread", "Lock", "RLock", "Event", "Condition", "Semaphore", "Barrier", "Timer", "local"},
    "io": {
        "IOBase", "RawIOBase", "BufferedIOBase", "TextIOBase", "FileIO", "BytesIO", "StringIO", "TextIOWrapper",
        "BufferedReader", "BufferedWriter",
    },
    "re": {"Pattern", "Match"},
    "subprocess": {"Popen", "CompletedProcess"},
    "sqlite3": {"Connection", "Cursor"},
    "logging": {"Logger", "Handler", "LogRecord", "Formatter"},
    "concurrent.futures": {"Future", "Executor", "ThreadPoolExecutor", "ProcessPoolExecutor"},
    "asyncio": {"Task", "Future", "Queue", "Event", "Lock", "AbstractEventLoop", "StreamReader", "StreamWriter"},
    "types": {"ModuleType", "FunctionType", "LambdaType", "MethodType", "CodeType", "FrameType", "TracebackType"},
    "typing": {"Callable", "IO", "TextIO", "BinaryIO", "Pattern", "Match", "Type"},
    "collections.abc": {"Callable"},
    "functools": {"partial"},
    "queue": {"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue"},
    "random": {"Random"},
    "tempfile": {"TemporaryDirectory"},
    "zipfile": {"ZipFile"},
    "tarfile": {"TarFile"},
    "http.client": {"HTTPResponse", "HTTPConnection", "HTTPSConnection"},
    "ssl": {"SSLContext", "SSLSocket"},
    "argparse": {"Namespace", "ArgumentParser"},
    "builtins": {"type", "complex", "slice", "property"},
    "fractions": {"Fraction"},
    "xml.etree.ElementTree": {"Element", "ElementTree"},
}  # fmt: skip
"""Classes of the standard library whose values stay in the process that made them, or have no one form in JSON."""


def is_known_library(module: str, *, typing: bool) -> bool:
    """Whether the names of a module mean something by themselves where an annotation is read."""
    top = module.partition(".")[0]
    return typing and (top in LIBRARIES or top in sys.stdlib_module_names)


def known_type(name: str, *, returned: bool, inside: bool, model: bool) -> Type | None:
    """The type of the class with this full name; None when nothing is known of it.

    A parameter takes more than a result gives. `inside` of other values bytes are base64; in a `model` of pydantic
    durations are texts.
    """
    module, _, short = name.rpartition(".")
    if name in _TEXTS:
        return STRING
    if name in _DURATIONS:
        return (STRING if model else NUMBER) if returned else union(NUMBER, STRING)
    if name == "decimal.Decimal":
        return STRING if returned else union(STRING, NUMBER)
    if name in {"builtins.bytes", "builtins.bytearray", "builtins.memoryview", "typing.ByteString"}:
        return STRING if inside else BYTES if returned else union(STRING, BYTES)
    if module in {"builtins", "typing", "typing_extensions", "collections", "collections.abc"} and short in LISTS:
        return ListType(ANY)
    if module == "numpy" and short in _NUMPY:
        return _NUMPY[short]
    if name == "numpy.typing.NDArray":
        return OpaqueType("numpy.ndarray")
    if name in OPAQUE_CODECS:
        return OpaqueType(name)
    if returned and short in _HOME.get("typing" if module == "typing_extensions" else module, ()):
        return OpaqueType(name)
    return None
