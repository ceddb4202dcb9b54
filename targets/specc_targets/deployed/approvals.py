"""The questions of deployed machines: read from the store, answered with the token that is kept with them.

A token lets its holder go on with the execution, so it is shown nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from specc_runtime.approvals import Decision, Question
from specc_runtime.asking import FOLDER, SUFFIX
from specc_runtime.entry import STORE
from specc_runtime.errors import class_names, error_name, message_of
from specc_targets.deciding import decided, meant
from specc_targets.deployed.errors import Refused, client_error, code_of, told
from specc_targets.deployed.session import Account

_GONE = frozenset({"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"})


@dataclass(frozen=True)
class _Kept:
    """A question as it is kept."""

    question: Question
    key: str
    token: str
    errors: tuple[str, ...]
    """Error names that the operations around the step retry or catch."""


@dataclass(eq=False)
class Approvals:
    """The open questions of a stack. Everything raises `TargetError`, and `LookupError` with words for the user."""

    account: Account
    function: str
    """A Lambda function of the stack, whose environment says where the store is."""

    def questions(self, run: str | None = None) -> list[Question]:
        """What is asked: by all runs, or by those whose id begins with or is `run`."""
        return sorted((one.question for one in self._all(run)), key=lambda one: (one.run, one.step, one.items))

    def decide(
        self, run: str | None, place: str | None, *, approved: bool, who: str, comment: str | None
    ) -> tuple[Question, Decision]:
        """Answer a question; the execution goes on."""
        kept = list(self._all(run))
        runs = sorted({one.question.run for one in kept})
        if len(runs) > 1:
            raise LookupError(f"several runs ask questions, so name one: {', '.join(f'`{one}`' for one in runs[:10])}")
        question = meant([one.question for one in kept], run or (runs[0] if runs else "any"), place)
        decision = decided(question, approved=approved, who=who, comment=comment)
        same = [one for one in kept if (one.question.place, one.question.by) == (question.place, question.by)]
        sent = [self._send(one, decision) for one in same]
        if not any(sent):
            raise LookupError(f"`{question.place}` of run `{question.run}` waits no longer: its time is over")
        return question, decision

    def _send(self, kept: _Kept, decision: Decision) -> bool:
        """Hand the token back; False for a question that stands no longer. Either way it is removed."""
        client = self.account.client("stepfunctions")
        waits = True
        with told(self.account.endpoint):
            try:
                if decision.approved:
                    output = json.dumps(decision.as_json(), ensure_ascii=False)
                    client.send_task_success(taskToken=kept.token, output=output)
                else:
                    refusal = decision.refusal
                    name = error_name(class_names(refusal), kept.errors)
                    client.send_task_failure(taskToken=kept.token, error=name, cause=message_of(refusal))
            except client_error() as error:
                if code_of(error) not in _GONE:
                    raise
                waits = False
            self.account.client("s3").delete_object(Bucket=self._store[0], Key=kept.key)
        return waits

    def _all(self, run: str | None) -> Iterator[_Kept]:
        bucket, prefix = self._store
        begin = f"{prefix}{FOLDER}/{run or ''}"
        with told(self.account.endpoint):
            client = self.account.client("s3")
            for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=begin):
                for item in page.get("Contents", ()):
                    if item["Key"].endswith(SUFFIX):
                        found = self._read(bucket, item["Key"])
                        if found is not None:
                            yield found

    def _read(self, bucket: str, key: str) -> _Kept | None:
        try:
            body: Any = json.loads(self.account.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())
            return _Kept(Question.of_json(body), key, str(body["token"]), tuple(map(str, body["errors"])))
        except client_error() as error:
            if code_of(error) == "NoSuchKey":  # answered meanwhile
                return None
            raise
        except (ValueError, KeyError, TypeError):  # no question of ours
            return None

    @cached_property
    def _store(self) -> tuple[str, str]:
        """The bucket, and what all keys begin with."""
        with told(self.account.endpoint, {"ResourceNotFoundException": self._not_deployed}):
            found: Mapping[str, Any] = self.account.client("lambda").get_function_configuration(
                FunctionName=self.function
            )
        uri = str(found.get("Environment", {}).get("Variables", {}).get(STORE, ""))
        bucket, _, prefix = uri.removeprefix("s3://").partition("/")
        if not uri.startswith("s3://") or not bucket:
            raise Refused(f"the function `{self.function}` does not say where its store is")
        return bucket, f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def _not_deployed(self) -> Exception:
        return Refused(
            f"`{self.function}` is not deployed at {self.account.place}; `specc up` or `specc deploy` does that"
        )
