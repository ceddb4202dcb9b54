"""AWS's models of services, read once: reading one takes longer than the calls it is needed for."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from specc_targets.emulator.replacing import replace

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.model import ServiceModel

_lock = threading.RLock()


def install() -> None:
    """What boto3 has as files is read once for all sessions; each has a cache of its own only.

    Everybody gets a copy: moto writes into what it loads. Copies by `pickle` never leave this process.
    """
    from botocore.loaders import JSONFileLoader

    found: dict[str, bytes] = {}
    load = JSONFileLoader.load_file

    def load_file(self: JSONFileLoader, file_path: str) -> Any:
        if file_path not in found:
            data = load(self, file_path)
            if data is None:  # asked for at each place where it may be
                return None
            found[file_path] = pickle.dumps(data)
        return pickle.loads(found[file_path])

    replace(JSONFileLoader, "load_file", load_file)


@contextmanager
def session() -> Iterator[Session]:
    """The one session of this process; sessions are not for two threads at once."""
    with _lock:
        yield _session()


@cache
def _session() -> Session:
    from boto3.session import Session

    return Session()


@lru_cache
def service_model(service: str) -> ServiceModel:
    """The model of a service by boto3's name."""
    with session() as shared:
        model: ServiceModel = shared._session.get_service_model(service)
    return model
