"""What an account answers about itself, as far as that can be told from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from specc_targets.pulumi.preview.state import PROVIDERS, Held, State
from specc_targets.pulumi.preview.values import UNKNOWN, Unknown, Value

AWS_PROVIDER = f"{PROVIDERS}aws"
_ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):[^:]*:(?P<region>[a-z0-9-]*):(?P<account>\d{12}):")
_PARTITIONS = {"cn": "aws-cn", "us-gov": "aws-us-gov", "us-iso": "aws-iso", "us-isob": "aws-iso-b"}
"""Beginnings of the names of regions, up to the direction, that are not in the partition `aws`."""


def region_of(state: State) -> str | None:
    """The region that a state is of: what its provider was told, else where its resources are."""
    provider = default_provider(state)
    if provider is not None and isinstance(found := provider.inputs.get("region"), str):
        return found
    return next((match["region"] for match in _arns(state) if match["region"]), None)


def default_provider(state: State) -> Held | None:
    """The provider of all resources of AWS whose program names none."""
    ours = (held for held in state.resources if held.type == AWS_PROVIDER)
    return next((held for held in ours if held.name.startswith("default")), None)


def _arns(state: State) -> Iterator[re.Match[str]]:
    for held in state.resources:
        for value in (held.outputs.get("arn"), held.id):
            if isinstance(value, str) and (match := _ARN.match(value)):
                yield match


class Account:
    """Answers functions of the provider: from the ARNs of a state, and the region that a stack is configured for.

    What is not known is a symbol such as `<account>` where `symbols` are wanted, else unknown.
    """

    def __init__(self, state: State, region: str | None, *, symbols: bool) -> None:
        self.region = region or region_of(state)
        first = next(_arns(state), None)
        self.account = first["account"] if first is not None else None
        self.partition = first["partition"] if first is not None else self._partition()
        self.symbols = symbols

    def _partition(self) -> str | None:
        if self.region is None:
            return None
        beginning = "-".join(self.region.split("-")[:-2])
        return _PARTITIONS.get(beginning, "aws")

    def answer(self, token: str) -> Mapping[str, Value] | Unknown:
        """The result of a function, by its token."""
        answers = {
            "getCallerIdentity": (("accountId", "id"), self.account, "account"),
            "getRegion": (("region", "name", "id"), self.region, "region"),
            "getPartition": (("partition", "id"), self.partition, "partition"),
        }
        name = token.rpartition(":")[2]
        if not token.startswith("aws:index/") or name not in answers:
            return UNKNOWN
        outputs, known, symbol = answers[name]
        if known is None and not self.symbols:
            return UNKNOWN
        return dict.fromkeys(outputs, known or f"<{symbol}>")
