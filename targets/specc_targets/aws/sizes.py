"""How many CPUs and how much memory a container has: what a profile asks for, as Fargate sells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from specc.ir.policies import Compute

FARGATE: Mapping[float, tuple[int, int, int]] = {
    0.25: (512, 2_048, 512),
    0.5: (1_024, 4_096, 1_024),
    1: (2_048, 8_192, 1_024),
    2: (4_096, 16_384, 1_024),
    4: (8_192, 30_720, 1_024),
    8: (16_384, 61_440, 4_096),
    16: (32_768, 122_880, 8_192),
}
"""vCPUs -> least memory, most memory and step, in MiB (Amazon ECS: task CPU and memory). 256 MiB, which a quarter of a
CPU may have, too, are too few for Python with boto3."""
_QUARTER = 0.25
_MIB = 1024 * 1024
_EC2_MEMORY = 2_048


class SizeError(ValueError):
    """There is no container of that size; the message says why, `help` what there is."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True, slots=True)
class Size:
    """CPUs and MiB of one container."""

    vcpu: float
    memory: int


def size_of(compute: Compute) -> Size:
    """The size of a profile's containers: the least that is there of what it does not say. Raises `SizeError`."""
    asked = None if compute.memory is None else ceil(compute.memory / _MIB)
    if compute.gpu:
        vcpu = 1 if compute.vcpu is None else compute.vcpu
        if vcpu != int(vcpu):
            raise SizeError(
                f"{vcpu:g} vCPUs beside a GPU: only containers without one share a CPU", "use a whole number"
            )
        return Size(vcpu, asked or _EC2_MEMORY)
    if compute.vcpu is not None and compute.vcpu not in FARGATE:
        known = ", ".join(f"{number:g}" for number in FARGATE)
        raise SizeError(f"there is no container with {compute.vcpu:g} vCPUs on Fargate", f"use one of {known}")
    if compute.vcpu is None:
        return _least(asked)
    least, most, _ = FARGATE[compute.vcpu]
    if asked is None:
        return Size(compute.vcpu, least)
    if not least <= asked <= most:
        raise SizeError(
            f"a container with {compute.vcpu:g} vCPUs has {least:,} to {most:,} MiB on Fargate, not {asked:,}",
            f"use a memory in that range, or {_least(asked).vcpu:g} vCPUs",
        )
    return Size(compute.vcpu, _rounded(compute.vcpu, asked))


def _rounded(vcpu: float, asked: int) -> int:
    """MiB of the next size up. A quarter of a CPU has half a GiB, one or two, and nothing between those."""
    least, most, step = FARGATE[vcpu]
    found = least + max(0, -(-(asked - least) // step)) * step
    return most if vcpu == _QUARTER and found > 2 * least else found


def _least(asked: int | None) -> Size:
    """The smallest container with so much memory, of one CPU where nothing is said."""
    if asked is None:
        return Size(1, FARGATE[1][0])
    for vcpu, (_, most, _) in FARGATE.items():
        if asked <= most:
            return Size(vcpu, _rounded(vcpu, asked))
    largest = max(most for _, most, _ in FARGATE.values())
    raise SizeError(
        f"{asked:,} MiB are more than a container has on Fargate", f"use at most {largest // 1024}GiB, or a GPU's host"
    )
