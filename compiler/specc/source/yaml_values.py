"""YAML text to plain values: one document, string keys, no tags of one's own, bounded aliases.

Merge keys (`<<`) are refused: YAML 1.2 has none, TOML and JSON twins could not say them, and `defaults` and `extends`
serve the purpose.
"""

from __future__ import annotations

from typing import Any

from specc.source.fault import Fault, Mark, Replacement
from specc.source.limits import MAX_ALIASED_VALUES, MAX_DEPTH
from specc.source.yaml_events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    YAMLError,
    events,
    extent,
)
from specc.source.yaml_scalars import NotFinite, resolve

_CORE = "tag:yaml.org,2002:"
_STRING_TAG = f"{_CORE}str"
_SCALAR_TYPES = {f"{_CORE}int": int, f"{_CORE}float": float, f"{_CORE}bool": bool, f"{_CORE}null": type(None)}
_NO_KEY: Any = object()


def parse_yaml(text: str) -> dict[str, Any]:
    """Parse a YAML document; raise `Fault` in the user's words when it is wrong. An empty one is an empty table."""
    try:
        value = _Builder(text).build()
    except YAMLError as error:
        from specc.source.yaml_faults import explain  # late: only needed when something is wrong

        raise explain(error, text) from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        start = len(text) - len(text.lstrip())
        raise Fault("SPC021", "a spec is a table of keys and values", Mark(start, start + 1), help="write `key: value`")
    return value


class _Frame:
    """A table or list that is being read."""

    __slots__ = ("anchor", "before", "event", "height", "key", "value")

    def __init__(self, value: dict[Any, Any] | list[Any], event: Any, before: int) -> None:
        self.value = value
        self.key: Any = _NO_KEY
        self.event = event
        self.anchor: str | None = event.anchor
        self.before = before
        self.height = 1


class _Builder:
    def __init__(self, text: str) -> None:
        self.text = text
        self.frames: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, int, int]] = {}
        """Name -> value, how many values it stands for, how deep it is nested."""
        self.count = 0
        self.aliased = 0

    def build(self) -> Any:
        """The value of the only document; None when there is none."""
        root: Any = None
        documents = 0
        for event in events(self.text):
            kind = type(event)
            height = 0
            if kind is ScalarEvent:
                value = self._scalar(event)
                self.count += 1
                if event.anchor:
                    self.anchors[event.anchor] = (value, 1, 0)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, {} if kind is MappingStartEvent else [])
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                frame = self.frames.pop()
                value, height, event = frame.value, frame.height, frame.event
                if frame.anchor:
                    self.anchors[frame.anchor] = (value, self.count - frame.before, height)
            elif kind is AliasEvent:
                value, height = self._alias(event)
            else:
                documents += kind is DocumentStartEvent
                if documents > 1:
                    raise _several_documents(event)
                continue
            if self.frames:
                self._attach(value, height, event)
            else:
                root = value
        return root

    def _open(self, event: Any, value: dict[Any, Any] | list[Any]) -> None:
        expected = "map" if isinstance(value, dict) else "seq"
        if event.tag is not None and event.tag != f"{_CORE}{expected}":
            raise _refused_tag(event)
        if len(self.frames) >= MAX_DEPTH:
            raise _too_deep(event)
        frame = _Frame(value, event, self.count)
        self.count += 1
        if frame.anchor:
            self.anchors[frame.anchor] = (_NO_KEY, 0, 0)
        self.frames.append(frame)

    def _scalar(self, event: Any) -> Any:
        tag = event.tag
        if not event.implicit[0] and (tag is None or tag == _STRING_TAG):
            return event.value
        try:
            value = resolve(event.value)
        except NotFinite:
            raise Fault(
                "SPC015",
                "this is not a finite number",
                Mark(*extent(event), "infinite, too large, or not a number"),
                help="JSON, in which values travel between steps, has no such number; quote it if text is meant",
            ) from None
        if tag is None or tag == _STRING_TAG:
            return value
        kind = _SCALAR_TYPES.get(tag)
        if kind is float and type(value) is int:
            return float(value)
        if kind is None or type(value) is not kind:
            raise _refused_tag(event)
        return value

    def _alias(self, event: Any) -> tuple[Any, int]:
        mark = Mark(*extent(event))
        found = self.anchors.get(event.anchor)
        if found is None:
            from specc.diagnostics import closest

            near = closest(event.anchor, self.anchors)
            help_text = f"did you mean `*{near}`?" if near else ()
            raise Fault("SPC018", f"nothing before this is named `&{event.anchor}`", mark, help=help_text)
        value, count, height = found
        if value is _NO_KEY:
            message = f"`*{event.anchor}` stands inside what it stands for"
            raise Fault("SPC018", message, mark, help="write the value out")
        self.count += count
        self.aliased += count
        if self.aliased > MAX_ALIASED_VALUES:
            message = f"the aliases of this file stand for more than {MAX_ALIASED_VALUES:,} values"
            raise Fault("SPC018", message, mark, help="write less by aliases")
        if len(self.frames) + height > MAX_DEPTH:
            raise _too_deep(event)
        return value, height

    def _attach(self, value: Any, height: int, event: Any) -> None:
        frame = self.frames[-1]
        if height >= frame.height:
            frame.height = height + 1
        target = frame.value
        if isinstance(target, list):
            target.append(value)
        elif frame.key is not _NO_KEY:
            target[frame.key] = value
            frame.key = _NO_KEY
        else:
            if type(value) is not str:
                raise self._key_fault(value, event)
            if value == "<<" and type(event) is ScalarEvent and event.implicit[0]:
                raise Fault(
                    "SPC019",
                    "merge keys (`<<`) are not supported",
                    Mark(*extent(event)),
                    help="put what steps share under `defaults`, or in a file named by `extends`",
                )
            if value in target:
                raise self._duplicate(value, event)
            frame.key = value

    def _key_fault(self, value: Any, event: Any) -> Fault:
        start, end = extent(event)
        if isinstance(value, dict | list):
            return Fault("SPC016", "a table or list stands as a key", Mark(start, start + 1), help="a key is text")
        if type(event) is not ScalarEvent or start == end:
            return Fault("SPC016", "a key is missing or is not text", Mark(start, end), help="write `key: value`")
        written = self.text[start:end]
        kind = {int: "a number", float: "a number", bool: "a boolean"}.get(type(value), "null")
        fix = Replacement("put the key in quotes", ((start, end, f'"{written}"'),))
        message = f"the key `{written}` is {kind}, not text"
        return Fault("SPC016", message, Mark(start, end), help=f'write `"{written}":`', fix=fix)

    def _duplicate(self, key: str, event: Any) -> Fault:
        from specc.source.yaml_spans import scan_yaml

        path = tuple(len(f.value) if isinstance(f.value, list) else f.key for f in self.frames[:-1])
        covered, first = scan_yaml(self.text).nearest((*path, key))
        marks = [Mark(*extent(event), "given again here")]
        if covered == len(path) + 1:
            marks.append(Mark(first[0], first[1], "given here first"))
        return Fault("SPC013", f"the key `{key}` is given twice", *marks, help="keep one of the two")


def _several_documents(event: Any) -> Fault:
    start, end = extent(event)
    help_text = "keep one document: remove `---` and what follows, or put it in a file of its own"
    return Fault("SPC020", "a second document begins here", Mark(start, max(end, start + 1)), help=help_text)


def _too_deep(event: Any) -> Fault:
    mark = Mark(event.start_mark.index, event.start_mark.index + 1, "too deep from here on")
    help_text = "move inner parts into specs of their own"
    return Fault("SPC014", f"values are nested more than {MAX_DEPTH} deep", mark, help=help_text)


def _refused_tag(event: Any) -> Fault:
    start, end = extent(event)
    shown = event.tag.replace(_CORE, "!!")
    if shown.removeprefix("!!") in ("int", "float", "bool", "null", "map", "seq"):
        message = f"what follows is not what the tag `{shown}` says"
        return Fault("SPC017", message, Mark(start, end), help="remove the tag")
    help_text = "a spec holds plain values: remove the tag, and quote what is text"
    return Fault("SPC017", f"the tag `{shown}` is not supported", Mark(start, end), help=help_text)
