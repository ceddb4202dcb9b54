"""The tables of the test provider against the real provider's package for Python: names, what is required; and against previews: what cannot be changed."""

from __future__ import annotations

import ast
import functools
import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from pulumi_engine.engine import provider
from pulumi_engine.provider.errors import ProviderError
from pulumi_engine.provider.kind import Kind
from pulumi_engine.provider.provider import KINDS
from pulumi_engine.provider.shapes import Many, Shape
from specc_targets.pulumi.preview.create_only import KINDS as PREVIEWED

_SINGULAR = {"BucketObjectv2": "bucket_objectv2"}


@functools.cache
def _module(token: str) -> ast.Module:
    """The module of a kind, read and not imported: that takes seconds."""
    spec = find_spec("pulumi_aws")
    if spec is None or not spec.submodule_search_locations:
        pytest.skip("pulumi_aws is not installed")
    package, name = token.split(":")[1].split("/")
    file = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    folder = Path(spec.submodule_search_locations[0]) / {"lambda": "lambda_"}.get(package, package)
    return ast.parse((folder / f"{_SINGULAR.get(token.rpartition(':')[2], file)}.py").read_text())


def _arguments(kind: Kind) -> dict[str, bool]:
    """Property -> whether it must be said."""
    classes = [node for node in _module(kind.token).body if isinstance(node, ast.ClassDef)]
    found = next(node for node in classes if re.fullmatch(rf"{kind.what}(?:Init)?Args", node.name))
    init = next(node for node in found.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    pairs = list(zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True))
    names = [item.arg for item, _ in pairs]
    required = {item.arg for item, default in pairs if default is None}
    return {_camel(name): name in required for name in names}


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@pytest.mark.parametrize("token", sorted(KINDS))
def test_the_table_of_a_kind_is_that_of_the_real_provider(token: str) -> None:
    kind = KINDS[token]
    real = _arguments(kind)
    assert kind.shape.keys() <= real.keys()
    wanted = {name for name, required in real.items() if required}
    assert {name for name, item in kind.shape.items() if item.required} == wanted | EXTRA.get(token, set())


@pytest.mark.parametrize("token", sorted(KINDS))
def test_what_makes_a_new_resource_is_what_previews_say(token: str) -> None:
    kind, shown = KINDS[token], PREVIEWED[token]
    assert {name for name, item in kind.shape.items() if item.new} == kind.shape.keys() & set(shown.create_only)
    assert shown.unique in (kind.autoname, None)
    changing = kind.published(frozenset(kind.shape) - {"tags"}, {"publish": True})
    assert set(shown.anew) <= changing


EXTRA = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": {"comparisonOperator", "evaluationPeriods"},
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {"rules"},
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {"rules"},
}
"""Required by the service, though not by the class."""


def test_every_part_of_a_table_has_a_way_to_the_api() -> None:
    def nested(shape: Shape) -> list[str]:
        found = []
        for item in shape.values():
            inner = item.of.item if isinstance(item.of, Many) else item.of
            if isinstance(inner, dict):
                found += [name for name, part in inner.items() if not part.api]
                found += nested(inner)
        return found

    assert {name for kind in KINDS.values() for name in nested(kind.shape)} == {"logDestination"}


def test_only_emulators_are_reached() -> None:
    with pytest.raises(ProviderError, match="for emulators only"):
        provider({"aws:region": "us-east-1", "aws:endpoints": '[{"s3": "https://s3.amazonaws.com"}]'})
    bare = provider({"aws:region": "us-east-1"})
    with pytest.raises(ProviderError, match="has none for s3"):
        bare.create("aws:s3/bucket:Bucket", "it", {"bucket": "a-bucket"})
    with pytest.raises(ProviderError, match="no such setting"):
        provider({"aws:region": "us-east-1", "aws:s3PathStyle": "true"})
