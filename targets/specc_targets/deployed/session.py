"""The one place where clients of AWS are made: for the account of the user's credentials, or for an emulator."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from specc_runtime.region import region_set
from specc_targets.deployed.errors import NO_BOTO, NoRegion, NotReachable, told

if TYPE_CHECKING:
    import botocore.session

MADE_UP = "emulator"
"""The credentials of emulators, which check none; real ones are never sent to them."""
_EMULATED_REGION = "us-east-1"
_CONNECT, _READ = 5, 60
"""Seconds that a client waits for a connection, and for an answer."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls."""

    account: str
    partition: str
    """`aws`, or `aws-cn` and the like."""
    arn: str


class Account:
    """An AWS account in a region, or an emulator of one; gives clients of its services. May be shared by threads.

    `endpoint` is the address of an emulator. `region` is by default that of the credentials. Nothing is asked of AWS
    before a client is used; what is missing is then told as a `TargetError` inside of `told`.
    """

    def __init__(self, *, endpoint: str | None = None, region: str | None = None) -> None:
        self.endpoint = endpoint
        self._wanted_region = region
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    @property
    def place(self) -> str:
        """Where this is, in words."""
        return f"{self.endpoint} ({self.region})" if self.endpoint else self.region

    @cached_property
    def region(self) -> str:
        """The region. Raises `NotReachable` when nobody says which."""
        with told(self.endpoint):
            found = self._wanted_region or region_set() or self._session.get_config_variable("region")
        if found is None and self.endpoint:
            return _EMULATED_REGION
        if found is None:
            raise NoRegion(
                "no AWS region is set; write `region` into the stack, set AWS_REGION, or run `aws configure`"
            )
        return str(found)

    @cached_property
    def identity(self) -> Identity:
        """Account and partition, as the caller's credentials say. Raises `TargetError`."""
        with told(self.endpoint):
            found = self.client("sts").get_caller_identity()
        return Identity(found["Account"], found["Arn"].split(":")[1], found["Arn"])

    @property
    def credentials_source(self) -> str | None:
        """Where the credentials come from, such as `env` or `sso`; None when there are none. Never what they are."""
        with told(self.endpoint):
            found = self._session.get_credentials()
        return None if found is None else str(found.method)

    def client(self, service: str) -> Any:
        """A client of a service, made once. Raises `NotReachable` without credentials or region."""
        region = self.region
        with self._lock, told(self.endpoint):
            if service not in self._clients:
                self._clients[service] = self._session.create_client(
                    service, region_name=region, endpoint_url=self.endpoint, config=self._config()
                )
            return self._clients[service]

    def _config(self) -> Any:
        from botocore.config import Config

        return Config(
            connect_timeout=_CONNECT,
            read_timeout=_READ,
            retries={"mode": "standard", "max_attempts": 2 if self.endpoint else 6},
            max_pool_connections=32,
            s3={"addressing_style": "path"} if self.endpoint else None,
        )

    @cached_property
    def _session(self) -> botocore.session.Session:
        try:
            import botocore.session
        except ModuleNotFoundError:
            raise NotReachable(NO_BOTO) from None
        if self.endpoint is None:
            return botocore.session.get_session()
        # Neither profiles nor files of the user's: nothing of theirs is for an emulator.
        session = botocore.session.Session(
            session_vars={
                "profile": (None, None, None, None),
                "config_file": (None, None, "/dev/null", None),
                "credentials_file": (None, None, "/dev/null", None),
            }
        )
        session.set_credentials(MADE_UP, MADE_UP)
        return session
