"""A server that answers as STS and IAM do, and decides by a policy: on a loopback address, in AWS's own XML.

(IAM API Reference: SimulatePrincipalPolicy, GetRole, "Examples"; STS API Reference: GetCallerIdentity.)
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from permissions.policy import Call, allowed

ACCOUNT = "123456789012"


@dataclass
class Iam:
    """An account with one caller."""

    policy: Sequence[Mapping[str, Any]] = ()
    """The statements of the caller's only policy."""
    caller: str = f"arn:aws:iam::{ACCOUNT}:user/ann"
    role: str | None = None
    """The ARN of the role with this name; None: nobody may look it up."""
    refuses: str = ""
    """The code of the error that the simulator gives."""
    items: int = 1_000
    """Of a page."""
    by_resource: bool = True
    """Whether there is one result for an action and a resource, or one for an action with all resources in it."""
    forbidden: str = ""
    """An action that the organization does not allow."""
    unclear: str = ""
    """An action that is allowed only with MFA."""
    asked: list[dict[str, str]] = field(default_factory=list)
    endpoint: str = ""

    def answer(self, given: dict[str, str]) -> tuple[int, str]:
        """Status and body of the answer to one request."""
        self.asked.append(given)
        action = given["Action"]
        if action == "GetCallerIdentity":
            return 200, _wrapped(
                action, f"<Arn>{self.caller}</Arn><UserId>A</UserId><Account>{ACCOUNT}</Account>", "sts"
            )
        if action == "GetRole":
            if self.role is None:
                return 403, _error("AccessDenied", "not authorized to perform: iam:GetRole")
            name = given["RoleName"]
            return 200, _wrapped(
                action,
                f"<Role><Path>/</Path><Arn>{self.role}</Arn><RoleName>{name}</RoleName><RoleId>AROA</RoleId>"
                "<CreateDate>2026-01-01T00:00:00Z</CreateDate></Role>",
            )
        assert action == "SimulatePrincipalPolicy", action
        if self.refuses:
            return 403 if self.refuses == "AccessDenied" else 404, _error(self.refuses, "no")
        return 200, _wrapped(action, self._simulated(given))

    def _simulated(self, given: dict[str, str]) -> str:
        context = {
            given[f"ContextEntries.member.{number}.ContextKeyName"]: given[
                f"ContextEntries.member.{number}.ContextKeyValues.member.1"
            ]
            for number in range(1, 20)
            if f"ContextEntries.member.{number}.ContextKeyName" in given
        }
        resources = _members(given, "ResourceArns")
        results = []
        for action in _members(given, "ActionNames"):
            decided = [(item, self._decision(Call(action, item, context))) for item in resources]
            if self.by_resource:
                results += [self._result(action, item, decision) for item, decision in decided]
            else:
                whole = "allowed" if all(one == "allowed" for _, one in decided) else "implicitDeny"
                inside = "".join(
                    f"<member><EvalResourceName>{escape(item)}</EvalResourceName><EvalResourceDecision>{decision}"
                    "</EvalResourceDecision><MatchedStatements/></member>"
                    for item, decision in decided
                )
                results.append(
                    self._result(action, "*", whole, f"<ResourceSpecificResults>{inside}</ResourceSpecificResults>")
                )
        start = int(given.get("Marker", "0"))
        page, more = results[start : start + self.items], start + self.items < len(results)
        marker = f"<Marker>{start + self.items}</Marker>" if more else ""
        return f"<IsTruncated>{str(more).lower()}</IsTruncated>{marker}<EvaluationResults>{''.join(page)}</EvaluationResults>"

    def _decision(self, call: Call) -> str:
        if call.action in (self.forbidden, self.unclear):
            return "implicitDeny"
        return "allowed" if allowed(self.policy, call) else "implicitDeny"

    def _result(self, action: str, resource: str, decision: str, inside: str = "") -> str:
        missing = "<member>aws:MultiFactorAuthPresent</member>" if action == self.unclear else ""
        organization = f"<AllowedByOrganizations>{str(action != self.forbidden).lower()}</AllowedByOrganizations>"
        return (
            f"<member><EvalActionName>{action}</EvalActionName><EvalResourceName>{escape(resource)}</EvalResourceName>"
            f"<EvalDecision>{decision}</EvalDecision><MatchedStatements/><MissingContextValues>{missing}"
            f"</MissingContextValues><OrganizationsDecisionDetail>{organization}</OrganizationsDecisionDetail>{inside}"
            "</member>"
        )


@contextmanager
def serving(iam: Iam) -> Iterator[Iam]:
    """The account, at its `endpoint` until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, text = iam.answer({key: values[0] for key, values in parse_qs(body).items()})
            self.send_response(status)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    iam.endpoint = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield iam
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _members(given: Mapping[str, str], name: str) -> list[str]:
    found = [(int(key.rpartition(".")[2]), value) for key, value in given.items() if key.startswith(f"{name}.member.")]
    return [value for _, value in sorted(found)]


def _wrapped(action: str, text: str, service: str = "iam") -> str:
    space = (
        "https://iam.amazonaws.com/doc/2010-05-08/" if service == "iam" else "https://sts.amazonaws.com/doc/2011-06-15/"
    )
    return (
        f'<{action}Response xmlns="{space}"><{action}Result>{text}</{action}Result>'
        f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
    )


def _error(code: str, message: str) -> str:
    return (
        '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        f"<Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
    )
