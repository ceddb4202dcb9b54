"""Runs a Python script as the real `__main__`, with values for some of its globals: the action `script`."""

from __future__ import annotations

import json
import marshal
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from specc_runtime import slots
from specc_runtime.actions.command import text_of_argument
from specc_runtime.codecs import Encoded, encode
from specc_runtime.codecs.json_codec import decode_json
from specc_runtime.errors import ArgumentMismatch, CodecError, OutputMismatch
from specc_runtime.programs import endings, folders, streams
from specc_runtime.scripts import sources
from specc_runtime.scripts.plain import is_plain
from specc_runtime.scripts.servers import Frame, server

_GRACE = 2.0
"""Seconds for the last lines of a script that has ended."""
_TICK = 0.02
"""Seconds by which two writings of a file are told apart for sure, on every file system that has fractions."""


def run(
    script: str | None = None,
    module: str | None = None,
    entry: str | None = None,
    arguments: dict[str, Any] | None = None,
    globals: dict[str, Any] | None = None,
    references: dict[str, dict[str, str]] | None = None,
    argv: list[Any] | None = None,
    outputs: Any = None,
    artifacts: list[str] | None = None,
    cwd: str | None = None,
    env: dict[str, Any] | None = None,
    metrics: dict[str, str] | None = None,
    exit_codes: dict[str, str] | None = None,
    **more: Any,
) -> Any:
    """Run a script as `python script.py` does, or a module as `python -m` does, in a clean process of its own.

    `globals` are put in where the script first binds them. With an `entry` the file runs under its own name, and this
    function is called with `arguments`, which are also called `with`. `references` are objects by name, `module:name`,
    under `globals` and `arguments`. The result is what `outputs` says: globals at the end, by name; `last_line` of
    standard output; the file `{"json": path}`; else what the entry gives. What it prints is the step's log.

    Raises what the script did not catch, under its name, `CommandError` for any other failure, `FunctionNotFound`,
    `ArgumentMismatch`, `OutputMismatch`, `CodecError`, `StoreError`, and errors of the names in `exit_codes`.
    """
    given = more.pop("with", None) or arguments or {}
    if more:
        raise ArgumentMismatch(f"a script takes no `{next(iter(more))}`")
    named = references or {}
    values = _packed(globals or {}, named.get("globals") or {}, "the global")
    handed = _packed(given, named.get("with") or named.get("arguments") or {}, "the argument")
    own = {name: text_of_argument(value, f"`env.{name}`") for name, value in (env or {}).items()}
    with folders.working_folder(cwd or "root") as folder, ExitStack() as stack:
        environment = {**os.environ, **{slots.variable(name): one for name, one in slots.current().items()}, **own}
        environment[folders.ROOT] = str(folders.package_root())
        looking = _looking(metrics, stack, environment)
        started = _Started(script, module, entry, _words(argv or []), folder)
        request = started.request(values, handed, outputs if isinstance(outputs, list) else None, environment)
        written = _Written(folder, outputs["json"]) if isinstance(outputs, dict) else None
        last_line = _LastLine() if outputs == "last_line" else None
        status, frames, last = _run(request, environment, [one for one in (looking, last_line) if one is not None])
        _check(status, frames, started.shown, last, exit_codes)
        if written is not None:
            result = written.value(started.shown)
        elif last_line is not None:
            result = last_line.value(started.shown)
        elif outputs is not None or entry is not None:
            result = _reported(frames, started.shown, entry if outputs is None else None)
        else:
            result = None
        return result if artifacts is None else folders.with_artifacts(result, folders.artifacts(folder, artifacts))


class _Started:
    """How a script is started."""

    def __init__(self, script: str | None, module: str | None, entry: str | None, argv: list[str], folder: Path):
        root = folders.package_root()
        self.shown = script if script is not None else str(module)
        self._module, self._entry, self._argv, self._folder, self._root = module, entry, argv, folder, root
        self._at_root = folder == root
        self._script = script
        self._path: Path | None
        if script is not None:
            self._path = sources.file_of(root, script)
        else:
            self._path = sources.file_of_module(root, str(module))

    def request(
        self,
        values: Mapping[str, Any],
        arguments: Mapping[str, Any],
        outputs: Sequence[str] | None,
        environment: Mapping[str, str],
    ) -> dict[str, Any]:
        """What the server is told."""
        code = source = None
        path = self._path
        if path is None and values:
            raise ArgumentMismatch(f"there is no source of `{self.shown}`, where values could be put in")
        if path is not None and (self._script is not None or values):
            source = sources.read(path, self.shown)
            made = sources.compiled(path, source, list(values), self.shown, _optimization(environment))
            if made.code is not None:
                code = marshal.dumps(made.code)
                source = None if made.is_quiet else source
        if self._script is not None:
            first = self._script if self._at_root else str(path)
            folder = os.path.dirname(os.path.realpath(str(path)))  # noqa: PTH120
        else:
            first, folder = "-m", str(self._root)
        if self._entry is not None:
            first = "-c"
        name = self._module
        if name is None and self._entry is not None and path is not None:
            name = path.stem
        return {
            "path": None if path is None else str(path),
            "shown": self.shown,
            "module": name,
            "entry": self._entry,
            "arguments": dict(arguments),
            "argv": [first, *self._argv],
            "cwd": str(self._folder),
            "folder": folder,
            "paths": [str(self._root), *(one for one in sys.path if one and not one.endswith(".zip"))],
            "environment": dict(environment),
            "code": code,
            "source": source,
            "values": dict(values),
            "outputs": None if outputs is None else list(outputs),
        }


def _optimization(environment: Mapping[str, str]) -> int:
    """What the variable asks of the compiler; anything that is no number means 1."""
    text = environment.get("PYTHONOPTIMIZE", "")
    return min(int(text), 2) if text.isdecimal() else int(bool(text))


def _words(argv: list[Any]) -> list[str]:
    found: list[str] = []
    for number, item in enumerate(argv):
        items = item if isinstance(item, list) else [item]
        found += [text_of_argument(one, f"`argv[{number}]`") for one in items]
    return found


def _packed(values: Mapping[str, Any], references: Mapping[str, str], what: str) -> dict[str, tuple[str, Any]]:
    """Values as `child.holder` takes them. Raises `CodecError`."""
    found: dict[str, tuple[str, Any]] = {name: ("ref", reference) for name, reference in references.items()}
    for name, value in values.items():
        if is_plain(value):
            found[name] = ("plain", value)
            continue
        try:
            encoded = encode(value)
        except CodecError as error:
            raise CodecError(f"{what} `{name}` {error}") from None
        found[name] = (encoded.codec, encoded.data)
    return found


def _looking(
    metrics: Mapping[str, str] | None, stack: ExitStack, environment: dict[str, str]
) -> Callable[[str], None] | None:
    """Let the script log metrics; what looks for them in the lines that it prints."""
    from specc_runtime.tracking.collecting import collecting
    from specc_runtime.tracking.patterns import patterns

    environment.update(stack.enter_context(collecting()))
    return patterns(metrics) if metrics else None


def _run(
    request: Mapping[str, Any], environment: Mapping[str, str], on_lines: Sequence[Callable[[str], None]]
) -> tuple[int, list[Frame], deque[str]]:
    last: deque[str] = deque(maxlen=streams.TOLD_LINES)

    def on_line(line: str) -> None:
        for one in on_lines:
            one(line)

    with ExitStack() as stack:
        used = stack.enter_context(server(environment))
        ends = stack.enter_context(_pipes())
        out, err, report = (os.fdopen(one, "rb", buffering=65536) for one, _ in ends.pairs)
        ends.given()
        for file in (out, err, report):
            stack.callback(file.close)
        followers = [
            streams.follow(out, sys.stdout, on_line=on_line if on_lines else None),
            streams.follow(err, sys.stderr, last),
        ]
        status, frames = used.run(request, ends.theirs, report.fileno(), ends.close)
        streams.join(followers, _GRACE)
    return status, frames, last


class _Ends:
    """Pipes for output, errors, and the report, and an input with nothing in it."""

    def __init__(self) -> None:
        self.pairs = [os.pipe() for _ in range(3)]
        self._own = [one for pair in self.pairs for one in pair]
        nothing = os.open(os.devnull, os.O_RDONLY)
        self._own.append(nothing)
        self.theirs = (nothing, self.pairs[0][1], self.pairs[1][1], self.pairs[2][1])

    def given(self) -> None:
        """The ends that are read are somebody else's to close."""
        for one, _ in self.pairs:
            self._own.remove(one)

    def close(self) -> None:
        """Close what is left."""
        while self._own:
            os.close(self._own.pop())


@contextmanager
def _pipes() -> Iterator[_Ends]:
    ends = _Ends()
    try:
        yield ends
    finally:
        ends.close()


def _check(
    status: int, frames: Sequence[Frame], shown: str, last: deque[str], exit_codes: Mapping[str, str] | None
) -> None:
    """Raise what the script raised; or what its status means."""
    raised = next((frame for frame in frames if frame[0] == "raised"), None)
    if status > 0 and raised is not None and str(status) not in (exit_codes or {}):
        raise _same(*raised[1:])
    if raised is None:
        last = deque(last)
    endings.check_status(status, shown, last, exit_codes)


def _same(kinds: Sequence[tuple[str, str, str]], message: str) -> Exception:
    """An exception that goes by the same names as one in another process."""
    found: type[Exception] = Exception
    for name, module, qualified in reversed(kinds):
        if (name, module) in {("BaseException", "builtins"), ("Exception", "builtins")}:
            found = found if found is not Exception or name == "BaseException" else Exception
            continue
        found = type(name, (found,), {"__module__": module, "__qualname__": qualified})
    return found(message)


def _reported(frames: Sequence[Frame], shown: str, entry: str | None) -> Any:
    for kind, *about in frames:
        if kind == "missing":
            name, names = about
            near = get_close_matches(name, names, 1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            raise OutputMismatch(f"`{shown}` ended without a global `{name}`, which is an output{hint}")
        if kind == "unfit":
            name, message = about
            what = f"the global `{name}`" if name else f"what `{entry}` gives"
            raise CodecError(f"{what} of `{shown}` {message}")
        if kind == "values":
            return {name: _unpacked(value) for name, value in about[0].items()}
        if kind == "returned":
            return _unpacked(about[0])
    raise OutputMismatch(f"`{shown}` ended before its outputs could be read, as `os._exit` does")


def _unpacked(value: tuple[str, Any]) -> Any:
    codec, content = value
    return content if codec == "plain" else Encoded(codec, content).decode()


class _LastLine:
    """The last line that is not empty."""

    def __init__(self) -> None:
        self._line = ""

    def __call__(self, line: str) -> None:
        if line.strip():
            self._line = line

    def value(self, shown: str) -> Any:
        """Its value as JSON, else the text."""
        if not self._line:
            raise OutputMismatch(f"`{shown}` printed nothing, where its last line is the result")
        try:
            return decode_json(self._line)
        except CodecError:
            return self._line.strip()


class _Written:
    """A file that the script is to write."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._path = name, folder / name
        self._before = self._mark()
        if self._before is not None:
            recent = time.time() - self._before[0] / 1e9
            if 0 <= recent < _TICK:
                time.sleep(_TICK - recent)

    def _mark(self) -> tuple[int, ...] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size)

    def value(self, shown: str) -> Any:
        """What is in it. Raises `OutputMismatch`, also when it is the one that was there before."""
        after = self._mark()
        if after is None:
            raise OutputMismatch(f"`{shown}` wrote no `{self._name}`, which is its result")
        if after == self._before:
            raise OutputMismatch(f"`{shown}` wrote no new `{self._name}`: the one that is there was there before")
        try:
            return json.loads(self._path.read_bytes(), parse_constant=_no_number)
        except (ValueError, RecursionError, OSError) as error:
            raise OutputMismatch(f"`{self._name}`, which `{shown}` wrote, is not JSON: {error}") from None


def _no_number(text: str) -> Any:
    raise ValueError(f"`{text}` is no number that JSON has")
