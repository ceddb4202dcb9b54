"""Objects with named fields: dataclasses, named tuples, typed dictionaries, and models of pydantic."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.errors import CodecError, message_of
from specc_runtime.typed.fit import Conversion, Load, Unfit, expected
from specc_runtime.typed.hints import Names, class_hints, resolve

Build = Callable[[Any, Names], Conversion]
Maker = Callable[[type, tuple[Any, ...], Build], Conversion]


def maker_of(kind: type) -> Maker | None:
    """What makes the conversion of such a class; None for any other class."""
    if is_model(kind):
        return _model
    if dataclasses.is_dataclass(kind):
        return _dataclass
    if is_named_tuple(kind):
        return _named_tuple
    return _typed_dict if typing.is_typeddict(kind) else None


def is_model(kind: type) -> bool:
    """Whether it is a model of pydantic, as far as one can say without importing pydantic."""
    return hasattr(kind, "__pydantic_validator__") and hasattr(kind, "model_validate_json")


def is_named_tuple(kind: type) -> bool:
    """Whether it is a named tuple."""
    return issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple)


class _Fields(NamedTuple):
    """The fields of a class as JSON has them."""

    conversions: dict[str, Conversion]
    required: frozenset[str]

    def load(self, kind: type, value: Any) -> dict[str, Any]:
        """The values of the fields that an object gives. Raises `Unfit` for any other object."""
        if not isinstance(value, dict):
            raise expected(f"an object for `{kind.__name__}`", value)
        self.check(kind, value)
        found: dict[str, Any] = {}
        for name, item in value.items():
            load = self.conversions[name].load
            try:
                found[name] = item if load is None else load(item)
            except Unfit as fault:
                raise fault.inside(name) from None
        return found

    def check(self, kind: type, value: Mapping[str, Any]) -> None:
        """Raise `Unfit` where names are missing or unknown."""
        missing = [name for name in self.conversions if name in self.required and name not in value]
        if missing:
            raise Unfit(f"lacks {_listed(missing)} of `{kind.__name__}`")
        unknown = [name for name in value if name not in self.conversions]
        if unknown:
            known = _listed(list(self.conversions)) or "no fields"
            raise Unfit(f"has {_listed(unknown)}, and `{kind.__name__}` has {known}")

    def fits(self, value: Any) -> bool:
        """Whether an object has just these fields, each of its kind."""
        return (
            isinstance(value, dict)
            and self.required <= value.keys() <= self.conversions.keys()
            and all(self.conversions[name].fits(item) for name, item in value.items())
        )


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:10]) + (", ..." if len(names) > 10 else "")


def _fields(
    kind: type,
    arguments: tuple[Any, ...],
    build: Build,
    names: typing.Collection[str],
    required: typing.Collection[str],
) -> _Fields:
    hints = class_hints(kind)
    variables = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    found: dict[str, Conversion] = {}
    for name in names:
        annotation, known = hints.get(name, (Any, {}))
        found[name] = build(_filled(resolve(annotation, known), variables), known)
    return _Fields(found, frozenset(required))


def _filled(annotation: Any, variables: Mapping[Any, Any]) -> Any:
    """The annotation with the type variables of a generic class replaced, as in `Box[int]`."""
    if not variables:
        return annotation
    if isinstance(annotation, typing.TypeVar):
        return variables.get(annotation, annotation)
    inner = getattr(annotation, "__parameters__", ())
    if not inner or isinstance(annotation, type):
        return annotation
    try:
        return annotation[tuple(variables.get(item, item) for item in inner)]
    except TypeError:
        return annotation


def _refused(kind: type, error: Exception) -> Unfit:
    return Unfit(f"is refused by `{kind.__name__}`: {message_of(error)}", cause=error)


def _dataclass(kind: type, arguments: tuple[Any, ...], build: Build) -> Conversion:
    fields = dataclasses.fields(kind)
    every = {field.name for field in fields}
    hints = class_hints(kind)
    initial = {name for name in hints if _is_init_var(resolve(*hints[name])) and name not in every}
    given = [field for field in fields if field.init]
    missing = dataclasses.MISSING
    required = [field.name for field in given if field.default is missing and field.default_factory is missing]
    required += sorted(name for name in initial if not hasattr(kind, name))
    known = _fields(kind, arguments, build, [field.name for field in fields] + sorted(initial), required)
    later = [field.name for field in fields if not field.init]
    optional = {field.name for field in given if field.default is None}

    def load(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if optional and isinstance(value, dict):  # `size: int = None` means that it may be null
            nothing = {name: None for name in optional if name in value and value[name] is None}
            value = {name: item for name, item in value.items() if name not in nothing} if nothing else value
        found = known.load(kind, value)
        set_later = {name: found.pop(name) for name in later if name in found}
        try:
            made = kind(**found)
        except (TypeError, ValueError) as error:
            raise _refused(kind, error) from error
        for name, item in set_later.items():
            object.__setattr__(made, name, item)  # also where it is frozen: as it was when it was written
        return made

    return Conversion(f"an object for `{kind.__name__}`", known.fits, load)


def _is_init_var(annotation: Any) -> bool:
    return annotation is dataclasses.InitVar or isinstance(annotation, dataclasses.InitVar)


def _named_tuple(kind: type, arguments: tuple[Any, ...], build: Build) -> Conversion:
    names: tuple[str, ...] = kind._fields  # type: ignore[attr-defined]  # it is a named tuple
    defaults: Mapping[str, Any] = getattr(kind, "_field_defaults", {})
    known = _fields(kind, arguments, build, names, [name for name in names if name not in defaults])

    def load(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, list | tuple):  # as JSON has every other tuple
            if len(value) > len(names):
                raise expected(f"a list of {len(names)} items for `{kind.__name__}`", value)
            value = dict(zip(names, value, strict=False))
        found = known.load(kind, value)
        return kind(**found)

    def fits(value: Any) -> bool:
        if isinstance(value, list):
            return len(value) <= len(names) and known.fits(dict(zip(names, value, strict=False)))
        return known.fits(value)

    return Conversion(f"an object for `{kind.__name__}`", fits, load)


def _typed_dict(kind: type, arguments: tuple[Any, ...], build: Build) -> Conversion:
    required: frozenset[str] = getattr(kind, "__required_keys__", frozenset())
    known = _fields(kind, arguments, build, tuple(class_hints(kind)), required)
    loads: dict[str, Load] = {name: item.load for name, item in known.conversions.items() if item.load is not None}
    what = f"an object for `{kind.__name__}`"

    def load(value: Any) -> Any:
        """Only what must change is looked at: for Python a typed dictionary is any dictionary."""
        if not isinstance(value, dict):
            raise expected(what, value)
        found = dict(value)
        for name, read in loads.items():
            if name in found:
                try:
                    found[name] = read(found[name])
                except Unfit as fault:
                    raise fault.inside(name) from None
        return found

    return Conversion(what, known.fits, load if loads else None)


def _model(kind: type, _arguments: tuple[Any, ...], _build: Build) -> Conversion:
    """A model of pydantic reads JSON itself; it is handed a text, so that strict models take what JSON has."""
    model: Any = kind
    computed = frozenset(getattr(model, "__pydantic_computed_fields__", None) or _computed(model))

    def load(value: Any) -> Any:
        if isinstance(value, kind):
            return value
        if computed and isinstance(value, dict):
            value = {name: item for name, item in value.items() if name not in computed}
        try:
            text = encode_json(value)
        except CodecError:
            raise expected(f"an object for `{kind.__name__}`", value) from None
        try:
            return _validated(model, text)
        except ValueError as error:
            raise _faults(kind, error) from None  # its own text shows the value, which may be secret

    def fits(value: Any) -> bool:
        try:
            load(value)
        except Unfit:
            return False
        return True

    return Conversion(f"an object for `{kind.__name__}`", fits, load)


def _computed(model: Any) -> frozenset[str]:
    decorators = getattr(model, "__pydantic_decorators__", None)
    return frozenset(getattr(decorators, "computed_fields", None) or ())


def _validated(model: Any, text: bytes) -> Any:
    """Fields are called as they are in Python, which is how they are written, or by their aliases."""
    validator = model.__pydantic_validator__
    try:
        return validator.validate_json(text, by_alias=True, by_name=True)
    except TypeError:  # pydantic before 2.11
        return model.model_validate_json(text)


def _faults(kind: type, error: ValueError) -> Unfit:
    listed = getattr(error, "errors", None)
    if listed is None:
        return _refused(kind, error)
    texts = []
    for item in listed(include_url=False, include_context=False, include_input=False)[:3]:
        where = ".".join(str(part) for part in item["loc"])
        texts.append(f"{where}: {item['msg']}" if where else str(item["msg"]))
    return Unfit(f"is refused by `{kind.__name__}`: {'; '.join(texts)}")
