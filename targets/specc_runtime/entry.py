"""What every entry point begins with: the store, the user's code, its secrets; and how failures leave it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from specc_runtime.errors import SpeccError, class_names, error_name, message_of
from specc_runtime.functions import use_root
from specc_runtime.records import Failure
from specc_runtime.secrets import SECRET_PREFIX, Redactor, read_secrets
from specc_runtime.store import Store, open_store
from specc_runtime.tracking import cloudwatch

STORE = "SPECC_STORE"
"""Environment variable with the URI of the store."""
ROOT = "LAMBDA_TASK_ROOT"
"""Environment variable with the folder of the user's code; Lambda and its images set it."""


@cache
def store() -> Store:
    """The store of this process. Raises `SpeccError` when the environment names none."""
    uri = os.environ.get(STORE)
    if not uri:
        raise SpeccError(f"the environment variable `{STORE}` must name the store")
    return open_store(uri)


@cache
def prepare() -> Redactor:
    """Once a process: the user's code is found, and its secrets are in the environment."""
    use_root(Path(os.environ.get(ROOT) or "."))
    cloudwatch.install()
    stated = {name: value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX)}
    sources = {name.removeprefix(SECRET_PREFIX): value for name, value in stated.items()}
    values = read_secrets(sources, Path.cwd())
    os.environ.update(values)
    return Redactor(values.values())


def failure_of(error: BaseException, declared: Iterable[str], redact: Redactor) -> Failure:
    """How an exception leaves: under the name that is declared for it, without secrets."""
    known = tuple(declared)
    name = error_name(class_names(error), known)
    return Failure(name if name in known else redact(name), redact(message_of(error)))
