"""Maps: their items, how they read, batch and write them, and what only a distributed one has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from specc_targets.asl.emit_map import MAX_LABEL
from specc_targets.asl.map_modes import DISTRIBUTED_CONCURRENCY
from specc_targets.asl.verifier.jsonata import read
from specc_targets.asl.verifier.machines import Machine
from specc_targets.asl.verifier.values import is_expression, is_integer, is_number

_DISTRIBUTED = (
    "ItemReader", "ItemBatcher", "ResultWriter", "Label", "ToleratedFailureCount", "ToleratedFailurePercentage",
)  # fmt: skip
_LABEL = re.compile(r"[A-Za-z0-9_.\-]+")
_READERS = {
    "getObject": (("Bucket", "Key"), frozenset({"VersionId", "ExpectedBucketOwner"})),
    "listObjectsV2": (("Bucket",), frozenset({"Prefix", "StartAfter", "ExpectedBucketOwner"})),
}
_S3 = re.compile(r"arn:aws[a-z-]*:states:::s3:(\w+)")
_READER_CONFIG = frozenset(
    [
        "InputType",
        "Transformation",
        "CSVHeaderLocation",
        "CSVHeaders",
        "CSVDelimiter",
        "MaxItems",
        "ItemsPointer",
        "ManifestType",
    ]
)
_INPUTS = frozenset({"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"})
_DELIMITERS = frozenset({"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"})
_MAX_ITEMS = 100_000_000
_MAX_BATCH_BYTES = 262_144
_CHOICES = {
    "WriterConfig.Transformation": frozenset({"NONE", "COMPACT", "FLATTEN"}),
    "WriterConfig.OutputType": frozenset({"JSON", "JSONL"}),
    "ReaderConfig.Transformation": frozenset({"NONE", "LOAD_AND_FLATTEN"}),
    "ReaderConfig.ManifestType": frozenset({"ATHENA_DATA", "S3_INVENTORY"}),
}


def check_map(machine: Machine, state: Mapping[str, Any]) -> Iterator[str]:
    """Faults of a Map."""
    processor = state.get("ItemProcessor")
    if not isinstance(processor, dict):
        yield "has no ItemProcessor"
        return
    config = processor.get("ProcessorConfig", {})
    mode, execution = config.get("Mode", "INLINE"), config.get("ExecutionType")
    if mode not in ("INLINE", "DISTRIBUTED"):
        yield f"there is no Mode {mode}"
    if mode == "INLINE":
        yield from (f"{field} belongs to a distributed Map" for field in _DISTRIBUTED if field in state)
        if execution is not None:
            yield "ExecutionType belongs to a distributed Map"
    else:
        if execution not in ("STANDARD", "EXPRESS"):
            yield "ExecutionType of a distributed Map must be STANDARD or EXPRESS"
        if machine.express:
            yield "an Express execution cannot run a distributed Map"
        yield from _label(state)
    yield from _items(state)
    yield from _amounts(state)
    for field, check in (("ItemReader", _reader), ("ItemBatcher", _batcher), ("ResultWriter", _writer)):
        part = state.get(field)
        if isinstance(part, dict):
            yield from check(part)
        elif part is not None:
            yield f"{field} must be an object"


def _label(state: Mapping[str, Any]) -> Iterator[str]:
    label = state.get("Label")
    if label is not None and (not isinstance(label, str) or len(label) > MAX_LABEL or not _LABEL.fullmatch(label)):
        yield f"Label `{label}` must have at most {MAX_LABEL} letters, digits, dashes, dots or underscores"


def _items(state: Mapping[str, Any]) -> Iterator[str]:
    items = state.get("Items")
    if ("Items" in state) == ("ItemReader" in state):
        yield "a Map has either Items or an ItemReader"
    elif is_expression(items):
        reading = read(str(items)[2:-2])
        if not reading.faults and reading.kind not in ("array", "variable", "path"):
            yield f"Items `{items}` may be no array when it is one item: write [...] around it"
    elif items is not None and not isinstance(items, list):
        yield "Items must be an array or an expression"


def _amounts(state: Mapping[str, Any]) -> Iterator[str]:
    most = state.get("MaxConcurrency", 0)
    if not is_expression(most) and not is_integer(most, 0, DISTRIBUTED_CONCURRENCY):
        yield f"MaxConcurrency must be a whole number up to {DISTRIBUTED_CONCURRENCY}"
    count, share = state.get("ToleratedFailureCount", 0), state.get("ToleratedFailurePercentage", 0)
    if not is_expression(count) and not is_integer(count, 0):
        yield "ToleratedFailureCount must be a whole number"
    if not is_expression(share) and not is_number(share, 0, 100):
        yield "ToleratedFailurePercentage must be a number from 0 to 100"


def _reader(reader: Mapping[str, Any]) -> Iterator[str]:
    yield from _known("ItemReader", reader, frozenset({"Resource", "ReaderConfig", "Arguments"}))
    match = _S3.fullmatch(str(reader.get("Resource")))
    if match is None or match[1] not in _READERS:
        yield f"ItemReader cannot read from `{reader.get('Resource')}`"
        return
    required, optional = _READERS[match[1]]
    yield from _parameters("ItemReader", reader.get("Arguments"), required, optional)
    config = reader.get("ReaderConfig", {})
    yield from _known("ReaderConfig", config, _READER_CONFIG)
    yield from _chosen("ReaderConfig", config)
    kind = config.get("InputType")
    if kind is not None and kind not in _INPUTS:
        yield f"there is no InputType {kind}"
    elif match[1] == "getObject" and kind is None:
        yield "ItemReader of an object needs an InputType"
    elif match[1] == "listObjectsV2" and (kind is None) != (config.get("Transformation", "NONE") == "NONE"):
        yield "ItemReader of a listing has an InputType only with the Transformation LOAD_AND_FLATTEN"
    yield from _csv(config)
    if not is_expression(config.get("MaxItems", 1)) and not is_integer(config.get("MaxItems", 1), 1, _MAX_ITEMS):
        yield f"MaxItems must be a whole number from 1 to {_MAX_ITEMS}"


def _csv(config: Mapping[str, Any]) -> Iterator[str]:
    given = [field for field in config if field.startswith("CSV")]
    if config.get("InputType") not in ("CSV", "MANIFEST"):
        yield from (f"{field} belongs to the InputType CSV" for field in given)
        return
    header = config.get("CSVHeaderLocation")
    if header not in ("FIRST_ROW", "GIVEN") and config.get("InputType") == "CSV":
        yield "CSVHeaderLocation must be FIRST_ROW or GIVEN"
    if (header == "GIVEN") != ("CSVHeaders" in config):
        yield "CSVHeaders stand where CSVHeaderLocation is GIVEN"
    if config.get("CSVDelimiter", "COMMA") not in _DELIMITERS:
        yield f"there is no CSVDelimiter {config['CSVDelimiter']}"


def _batcher(batcher: Mapping[str, Any]) -> Iterator[str]:
    yield from _known("ItemBatcher", batcher, frozenset({"MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"}))
    limits = {"MaxItemsPerBatch": None, "MaxInputBytesPerBatch": _MAX_BATCH_BYTES}
    if not limits.keys() & batcher.keys():
        yield "ItemBatcher limits neither the items nor the bytes of a batch"
    for field, most in limits.items():
        value = batcher.get(field, 1)
        if not is_expression(value) and not is_integer(value, 1, most):
            yield f"{field} must be a positive whole number" + (f" up to {most}" if most else "")


def _writer(writer: Mapping[str, Any]) -> Iterator[str]:
    yield from _known("ResultWriter", writer, frozenset({"Resource", "Arguments", "WriterConfig"}))
    config = writer.get("WriterConfig", {})
    yield from _known("WriterConfig", config, frozenset({"Transformation", "OutputType"}))
    yield from _chosen("WriterConfig", config)
    if "Resource" not in writer:
        if not config or "Arguments" in writer:
            yield "ResultWriter has no Resource"
        return
    match = _S3.fullmatch(str(writer["Resource"]))
    if match is None or match[1] != "putObject":
        yield f"ResultWriter cannot write to `{writer['Resource']}`"
    yield from _parameters("ResultWriter", writer.get("Arguments"), ("Bucket",), frozenset({"Prefix"}))


def _known(what: str, part: Mapping[str, Any], fields: frozenset[str]) -> Iterator[str]:
    yield from (f"{what} has no field {field}" for field in part if field not in fields)


def _chosen(what: str, config: Mapping[str, Any]) -> Iterator[str]:
    for field, value in config.items():
        choices = _CHOICES.get(f"{what}.{field}")
        if choices is not None and value not in choices:
            yield f"there is no {field} {value}"


def _parameters(what: str, given: Any, required: tuple[str, ...], optional: frozenset[str]) -> Iterator[str]:
    if is_expression(given):
        return
    arguments = given if isinstance(given, dict) else {}
    yield from (f"{what} needs {name}" for name in required if name not in arguments)
    yield from (f"{what} does not take {name}" for name in arguments if name not in (*required, *optional))
