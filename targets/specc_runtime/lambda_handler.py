"""The entry point in AWS Lambda: `specc_runtime.lambda_handler.handler`."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from specc_runtime.errors import SpeccError, class_names, error_name, message_of
from specc_runtime.functions import use_root
from specc_runtime.invoke import handle
from specc_runtime.named import named
from specc_runtime.secrets import SECRET_PREFIX, Redactor, read_secrets
from specc_runtime.store import Store, open_store
from specc_runtime.tracebacks import trim

STORE = "SPECC_STORE"
"""Environment variable with the URI of the store."""
ROOT = "LAMBDA_TASK_ROOT"
"""Environment variable with the folder of the user's code; Lambda sets it."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda's signature
    """Handle one request.

    A failure leaves under the name that the request declares for it, with the user's own stack trace: Lambda reports
    the class name of the exception as the error's type, and Step Functions matches that.
    """
    redact = _prepare()
    try:
        return handle(event, _store())
    except (Exception, SystemExit) as error:
        failure = error
    declared = event.get("errors") or ()
    name = error_name(class_names(failure), declared)
    name = name if name in declared else redact(name)
    raise named(name, redact(message_of(failure))).with_traceback(trim(failure)) from None


@cache
def _store() -> Store:
    uri = os.environ.get(STORE)
    if not uri:
        raise SpeccError(f"the environment variable `{STORE}` must name the store")
    return open_store(uri)


@cache
def _prepare() -> Redactor:
    """Once a process: the user's code is found, and its secrets are in the environment."""
    use_root(Path(os.environ.get(ROOT) or "."))
    stated = {name: value for name, value in os.environ.items() if name.startswith(SECRET_PREFIX)}
    sources = {name.removeprefix(SECRET_PREFIX): value for name, value in stated.items()}
    values = read_secrets(sources, Path.cwd())
    os.environ.update(values)
    return Redactor(values.values())
