"""Putting a question to people on Step Functions: it is kept in the store, with the token that goes on with the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specc_runtime.approvals import Question, now
from specc_runtime.codecs.json_codec import encode_json
from specc_runtime.expressions import ExpressionError, Skipped, Template, text_of
from specc_runtime.requests import RequestScope
from specc_runtime.store import Store

FOLDER = "approvals"
"""Where questions are kept in a store, below it by run, step, item and state:
`approvals/RUN/process/3/publish/process.publish.json`. A handler is several states, which may ask at the same time."""
SUFFIX = ".json"


def question_key(address: str) -> str:
    """The key of the question at an address."""
    return f"{FOLDER}/{address}{SUFFIX}"


def ask(request: Mapping[str, Any], store: Store) -> dict[str, Any]:
    """Keep the question of `request`. Whoever answers hands back the token, which nobody else is told."""
    try:
        message = Template(request["message"]).evaluate(RequestScope(request.get("scope") or {}, store))
    except Skipped as skip:
        raise ExpressionError(f"the question uses step `{skip.step}`, which was skipped") from None
    run, *path = str(request["address"]).split("/")
    question = Question(
        run=run,
        step=str(request["step"]),
        items=tuple(int(part) for part in path if part.isdigit()),
        message=text_of(message),
        by=tuple(request["by"]),
        asked=now(),
        seconds=request.get("seconds"),
    )
    kept = {**question.as_json(), "token": request["token"], "errors": list(request.get("errors") or ())}
    store.put(question_key(request["address"]), encode_json(kept))
    return {}
