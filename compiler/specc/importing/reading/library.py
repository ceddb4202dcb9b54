"""The functions and methods that are safe to work out: of data, giving data, without effects."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from specc.importing.reading.objects import SIZE, Budget, Raised, too_large

_NUMBER = re.compile(r"\d{5}")


def copied(value: Any) -> Any:
    """A copy, all through."""
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        items: Iterable[Any] = (copied(item) for item in value)
        return type(value)(items)
    return value


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "all": all, "any": any, "bool": bool, "dict": dict, "divmod": divmod, "enumerate": enumerate,
    "float": float, "frozenset": frozenset, "int": int, "len": len, "list": list, "max": max, "min": min,
    "range": range, "reversed": reversed, "round": round, "set": set, "sorted": sorted, "str": str, "sum": sum,
    "tuple": tuple, "zip": zip, "repr": repr, "iter": iter,
    "itertools.product": itertools.product, "itertools.chain": itertools.chain, "itertools.repeat": itertools.repeat,
    "itertools.count": itertools.count, "itertools.cycle": itertools.cycle, "itertools.islice": itertools.islice,
    "itertools.combinations": itertools.combinations, "itertools.permutations": itertools.permutations,
    "itertools.zip_longest": itertools.zip_longest, "itertools.chain.from_iterable": itertools.chain.from_iterable,
    "math.sqrt": math.sqrt, "math.log": math.log, "math.log2": math.log2, "math.log10": math.log10,
    "math.exp": math.exp, "math.floor": math.floor, "math.ceil": math.ceil, "math.cos": math.cos,
    "math.sin": math.sin, "math.prod": math.prod, "math.isclose": math.isclose,
    "pathlib.Path": PurePosixPath, "pathlib.PurePath": PurePosixPath, "pathlib.PurePosixPath": PurePosixPath,
    "os.path.join": lambda first, *rest: str(PurePosixPath(first, *rest)), "os.fspath": str,
    "copy.copy": lambda value: value.copy() if isinstance(value, list | dict | set) else value,
    "copy.deepcopy": copied,
    "collections.OrderedDict": dict, "types.SimpleNamespace": dict,
}  # fmt: skip
"""Functions by their dotted names."""
del FUNCTIONS["types.SimpleNamespace"]  # its attributes are no items

LOOKING = frozenset(
    {"str", "repr", "sorted", "sum", "max", "min", "any", "all", "set", "frozenset", "math.prod", "join", "index"}
    | {"count", "format", "remove", "sort", "union", "os.fspath"}
)
"""Functions and methods that look at all that is in their arguments."""

CONSTANTS: dict[str, Any] = {
    "math.pi": math.pi, "math.e": math.e, "math.tau": math.tau, "math.inf": math.inf, "math.nan": math.nan,
    "os.sep": "/", "typing.TYPE_CHECKING": False,
}  # fmt: skip
"""Values by their dotted names."""

IGNORED = frozenset(
    {"print", "warnings.warn", "warnings.filterwarnings", "warnings.simplefilter", "logging.basicConfig"}
)
"""Calls that change no configuration."""
_IGNORED_BELOW = ("logging.", "sys.path.")

_METHODS: dict[type, frozenset[str]] = {
    str: frozenset(
        [
            "capitalize",
            "count",
            "endswith",
            "find",
            "format",
            "index",
            "isalpha",
            "isdigit",
            "isupper",
            "islower",
            "join",
            "lower",
            "lstrip",
            "partition",
            "removeprefix",
            "removesuffix",
            "replace",
            "rpartition",
            "rsplit",
            "rstrip",
            "split",
            "splitlines",
            "startswith",
            "strip",
            "title",
            "upper",
            "zfill",
            "ljust",
            "rjust",
            "center",
            "casefold",
            "swapcase",
        ]
    ),
    list: frozenset(
        ["append", "extend", "insert", "pop", "remove", "reverse", "sort", "index", "count", "copy", "clear"]
    ),
    dict: frozenset(["get", "items", "keys", "values", "update", "copy", "pop", "setdefault", "clear", "fromkeys"]),
    tuple: frozenset({"index", "count"}),
    set: frozenset(
        ["add", "union", "intersection", "difference", "update", "discard", "remove", "copy", "issubset", "issuperset"]
    ),
    frozenset: frozenset(["union", "intersection", "difference", "issubset", "issuperset"]),
    int: frozenset({"bit_length"}),
    float: frozenset({"is_integer"}),
    PurePosixPath: frozenset(
        [
            "joinpath",
            "with_suffix",
            "with_name",
            "with_stem",
            "as_posix",
            "relative_to",
            "is_absolute",
            "resolve",
            "absolute",
        ]
    ),
}
PATH_ATTRIBUTES = frozenset({"parent", "name", "stem", "suffix", "parts"})


def ignored(name: str) -> bool:
    """Whether a call says nothing of the configuration."""
    return name in IGNORED or name.startswith(_IGNORED_BELOW)


def has_method(value: Any, name: str) -> bool:
    """Whether a value has a method that may be called."""
    return any(name in names for kind, names in _METHODS.items() if isinstance(value, kind))


def call(function: Callable[..., Any], arguments: list[Any], named: dict[str, Any], budget: Budget) -> Any:
    """Call a function of the list. Raises Raised when Python would raise."""
    counted = [_counted(value, budget) for value in arguments]
    _small_enough(function, arguments)
    return _guarded(lambda: function(*counted, **named))


def call_method(value: Any, name: str, arguments: list[Any], named: dict[str, Any], budget: Budget) -> Any:
    """Call a method of the list. Raises Raised when Python would raise."""
    if isinstance(value, PurePosixPath) and name in ("resolve", "absolute"):
        return value
    if isinstance(value, str):
        _short_result(value, name, arguments)
    counted = [_counted(item, budget) for item in arguments]
    return _guarded(lambda: getattr(value, name)(*counted, **named))


def _counted(value: Any, budget: Budget) -> Any:
    """Make going through something without an end, or a long range, count."""
    if isinstance(value, range) and len(value) > SIZE:
        return budget.items(value)
    return budget.items(value) if isinstance(value, Iterator) else value


def _guarded(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise Raised(f"{type(error).__name__}: {error}") from None


def _small_enough(function: Callable[..., Any], arguments: list[Any]) -> None:
    if function is list or function is tuple or function is sorted or function is set:
        for value in arguments[:1]:
            if isinstance(value, range) and len(value) > SIZE:
                raise too_large()
    if function in (itertools.product, itertools.permutations, itertools.combinations, itertools.cycle):
        for value in arguments:
            if isinstance(value, range) and len(value) > SIZE:
                raise too_large()


def _short_result(value: str, name: str, arguments: list[Any]) -> None:
    sizes = [item for item in arguments if isinstance(item, int)]
    if name in ("zfill", "ljust", "rjust", "center") and any(size > SIZE for size in sizes):
        raise too_large()
    if name == "format" and _NUMBER.search(value):
        raise too_large()
    texts = [len(item) for item in arguments if isinstance(item, str)]
    if name == "replace" and len(value) * max(texts, default=0) > SIZE * 10:
        raise too_large()
    if name == "join" and arguments and isinstance(arguments[0], list | tuple):
        size = len(value) * len(arguments[0]) + sum(len(item) for item in arguments[0] if isinstance(item, str))
        if size > SIZE * 10:
            raise too_large()


def formatted(value: Any, specification: str) -> str:
    """`format(value, specification)`, unless that is long."""
    if _NUMBER.search(specification):
        raise too_large()
    result: str = _guarded(lambda: format(value, specification))
    return result


def operated(symbol: str, operator: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """`left symbol right`, unless that is large."""
    whole = isinstance(left, int) and isinstance(right, int)
    if symbol in ("**", "<<") and whole and abs(right) * max(left.bit_length(), 1) > SIZE:
        raise too_large()
    if symbol == "*":
        for one, other in ((left, right), (right, left)):
            if isinstance(one, str | list | tuple | bytes) and isinstance(other, int) and len(one) * other > SIZE:
                raise too_large()
    listed = isinstance(left, list | tuple | str) and isinstance(right, list | tuple | str)
    if symbol == "+" and listed and len(left) + len(right) > SIZE:
        raise too_large()
    if symbol == "%" and isinstance(left, str) and _NUMBER.search(left):
        raise too_large()
    return _guarded(lambda: operator(left, right))
