"""The stores of stacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc_runtime.store.s3 import S3Store

if TYPE_CHECKING:
    from specc_targets.deployed.session import Account


class DeployedStore(S3Store):
    """The store of a stack, read through the clients of its account."""

    def __init__(self, account: Account, bucket: str) -> None:
        super().__init__(bucket)
        self.__dict__["_client"] = account.client("s3")
