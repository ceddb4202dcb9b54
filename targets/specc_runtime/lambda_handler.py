"""The entry point in AWS Lambda: `specc_runtime.lambda_handler.handler`."""

from __future__ import annotations

from typing import Any

from specc_runtime.entry import failure_of, prepare, store
from specc_runtime.invoke import handle
from specc_runtime.named import named
from specc_runtime.tracebacks import trim


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001  # Lambda's signature
    """Handle one request.

    A failure leaves under the name that the request declares for it, with the user's own stack trace: Lambda reports
    the class name of the exception as the error's type, and Step Functions matches that.
    """
    redact = prepare()
    try:
        return handle(event, store())
    except (Exception, SystemExit) as error:
        failure = error
    found = failure_of(failure, event.get("errors") or (), redact)
    raise named(found.name, found.message).with_traceback(trim(failure)) from None
