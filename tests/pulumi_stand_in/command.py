"""A stand-in for the Pulumi CLI: no engine, no plugins, nothing at AWS. It answers the commands that the Automation API
runs, in the shapes of the real one, and keeps a state in the layout of a real backend in a folder.

What it "has to do" is in the file that STAND_IN_SCENARIO names, a JSON object:
`version`; `resources` (what the program is to have made: type, name, and more for its state); `changes` (name -> op, keys);
`outputs`; `secret_outputs`; `pending`; `fail` (command -> `events`, `stdout`, `stderr`, `code`, `wait`); `drift`.
Every call is noted in the file that STAND_IN_CALLS names, with those of its variables that matter.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote, urlsplit

FAILED = 255
STACK_TYPE = "pulumi:pulumi:Stack"


def settings_in(path: Path) -> dict[str, Any]:
    """The texts of the top level: all that most commands need, read without a library for the sake of speed."""
    lines = path.read_text().splitlines() if path.exists() else []
    return {
        key: text.strip().strip("'\"") for key, _, text in (line.partition(":") for line in lines) if key.strip() == key
    }


PROJECT = settings_in(Path("Pulumi.yaml")).get("name", "")


def scenario() -> dict[str, Any]:
    return json.loads(Path(os.environ["STAND_IN_SCENARIO"]).read_text())


def fail(text: str, code: int = FAILED) -> NoReturn:
    print(f"error: {text}", file=sys.stderr)
    raise SystemExit(code)


def value(arguments: list[str], option: str) -> str | None:
    return arguments[arguments.index(option) + 1] if option in arguments else None


class Backend:
    """Where the state is; one that is no folder is one here all the same."""

    def __init__(self, stack: str) -> None:
        url = os.environ["PULUMI_BACKEND_URL"]
        folder = Path(unquote(urlsplit(url).path)) if url.startswith("file://") else Path(os.environ["STAND_IN_REMOTE"])
        if not folder.is_dir():
            fail(f'read ".pulumi/meta.yaml": could not open bucket {url}: no such file or directory')
        self.stack = stack
        self.path = folder / ".pulumi" / "stacks" / PROJECT / f"{stack}.json"
        self.locks = folder / ".pulumi" / "locks" / "organization" / PROJECT / stack

    def read(self) -> dict[str, Any]:
        if not self.path.exists():
            fail(f"no stack named '{self.stack}' found")
        return json.loads(self.path.read_text())["checkpoint"]["latest"]

    def write(self, latest: dict[str, Any]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"version": 3, "checkpoint": {"stack": self.stack, "latest": latest}}))

    def check_lock(self) -> None:
        found = sorted(self.locks.glob("*.json"))
        if not found:
            return
        said = (
            f"the stack is currently locked by {len(found)} lock(s). Either wait for the other process(es) to end or "
            "delete the lock file with `pulumi cancel`."
        )
        for path in found:
            lock = json.loads(path.read_text())
            said += f"\n  file://{path}: created by {lock['username']}@{lock['hostname']} (pid {lock['pid']}) at "
            said += lock["timestamp"]
        fail(said)


class Passphrase:
    """The salt in the settings of the stack, and whether the passphrase is the one it was made with."""

    def __init__(self, stack: str) -> None:
        self.path = Path(f"Pulumi.{stack}.yaml")
        self.settings = settings_in(self.path)

    def phrase(self) -> str:
        if "PULUMI_CONFIG_PASSPHRASE" in os.environ:
            return os.environ["PULUMI_CONFIG_PASSPHRASE"]
        if file := os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
            return Path(file).read_text().strip()
        fail(
            "getting secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or "
            "PULUMI_CONFIG_PASSPHRASE_FILE environment variables"
        )

    def proof(self, salt: str) -> str:
        return hashlib.sha256((salt + self.phrase()).encode()).hexdigest()

    def make(self, provider: str | None) -> dict[str, Any]:
        new = {}
        if provider not in (None, "passphrase"):
            new = {"secretsprovider": provider, "encryptedkey": "a2V5"}
        elif provider is None and os.environ["PULUMI_BACKEND_URL"].startswith("http"):
            return {"type": "service", "state": {}}
        elif "encryptionsalt" not in self.settings:
            salt = secrets.token_hex(8)
            new = {"encryptionsalt": f"v1:{salt}:v1:{self.proof(salt)}"}
        with self.path.open("a") as file:
            file.write("".join(f"{key}: {text}\n" for key, text in new.items()))
        self.settings |= new
        if provider not in (None, "passphrase"):
            return {"type": "cloud", "state": {"url": provider}}
        return {"type": "passphrase", "state": {"salt": self.settings["encryptionsalt"]}}

    def check(self, latest: dict[str, Any]) -> None:
        provider = latest["secrets_providers"]
        if provider["type"] != "passphrase":
            return
        salt = self.settings.get("encryptionsalt")
        if salt != provider["state"]["salt"]:
            fail(f"the settings of the stack have lost their salt: {salt}")
        if salt.split(":")[3] != self.proof(salt.split(":")[1]):
            fail("getting secrets manager: incorrect passphrase")


class Events:
    """Where the engine's events go: a server of the Automation API, or a file."""

    def __init__(self, address: str | None) -> None:
        self.address, self.kept = address, []

    def send(self, kind: str, content: dict[str, Any]) -> None:
        self.kept.append({"sequence": len(self.kept), "timestamp": int(time.time()), kind: content})

    def close(self) -> None:
        self.send("cancelEvent", {})
        lines = [json.dumps(event) for event in self.kept]
        if self.address is None:
            return
        if not self.address.startswith("tcp://"):
            with Path(self.address).open("a") as file:
                file.write("".join(f"{line}\n" for line in lines))
            return
        import site

        site.addsitedir(os.environ["STAND_IN_PACKAGES"])
        import grpc

        with grpc.insecure_channel(self.address.removeprefix("tcp://")) as channel:
            stream = channel.stream_unary("/pulumirpc.Events/StreamEvents", _event_request, bytes)
            stream(iter(lines), timeout=60)


def _event_request(line: str) -> bytes:
    """The message `EventRequest`, whose first field is a text; Pulumi's own classes take longer to import."""
    data, length, found = line.encode(), len(line.encode()), b"\n"
    while length > 127:
        found += bytes([length & 127 | 128])
        length >>= 7
    return found + bytes([length]) + data


def urn(stack: str, item: dict[str, Any]) -> str:
    return f"urn:pulumi:{stack}::{PROJECT}::{item['type']}::{item['name']}"


def steps(stack: str, told: dict[str, Any], latest: dict[str, Any], *, gone: bool) -> Iterator[dict[str, Any]]:
    """What is to be done, as the metadata of events."""
    there = {item["urn"]: item for item in latest.get("resources", ())}
    wanted = {} if gone else {urn(stack, item): item for item in told.get("resources", ())}
    for address, item in wanted.items():
        change = told.get("changes", {}).get(item["name"], {}) if address in there else {"op": "create"}
        ops = [change.get("op", "same")]
        if ops == ["replace"]:
            ops = ["create-replacement", "replace", "delete-replaced"]
        for op in ops:
            old = {**there.get(address, {}), "type": item["type"]} if address in there else None
            yield {"op": op, "urn": address, "type": item["type"], "provider": "", "old": old, **_keys(change)}
    for address, item in there.items():
        if address not in wanted and item["type"] != STACK_TYPE:
            yield {"op": "delete", "urn": address, "type": item["type"], "provider": "", "old": item}


def _keys(change: dict[str, Any]) -> dict[str, Any]:
    return {"diffs": change["keys"]} if "keys" in change else {}


def matches(address: str, targets: Iterable[str]) -> bool:
    known = list(targets)
    return not known or any(address.endswith(target.removeprefix("**")) for target in known)


def operate(command: str, arguments: list[str], stack: str) -> None:
    backend, told = Backend(stack), scenario()
    if command != "preview":
        backend.check_lock()
    latest = backend.read()
    Passphrase(stack).check(latest)
    events = Events(value(arguments, "--event-log"))
    targets = [arguments[place + 1] for place, item in enumerate(arguments) if item == "--target"]
    dry, counts = command == "preview", {}
    if latest.get("pending_operations") and command in {"preview", "up"}:
        _warn_of_pending(events, latest["pending_operations"])
    if command == "refresh":
        for item in told.get("drift", ()):
            data = {"op": "refresh", "urn": urn(stack, item), "type": item["type"], "provider": ""}
            events.send("resourcePreEvent", {"metadata": data, "planning": False})
            data = {
                **data,
                "op": item["op"],
                "detailedDiff": {key: {"diffKind": "update"} for key in item.get("keys", ())},
            }
            events.send("resOutputsEvent", {"metadata": data, "planning": False})
    else:
        for data in steps(stack, told, latest, gone=command == "destroy"):
            if not matches(data["urn"], targets):
                continue
            counts[data["op"]] = counts.get(data["op"], 0) + 1
            events.send("resourcePreEvent", {"metadata": data, "planning": dry})
            if not dry and data["op"] != "same":
                events.send("resOutputsEvent", {"metadata": data, "planning": dry})
    broken(command, told, events)
    events.send("summaryEvent", {"maybeCorrupt": False, "durationSeconds": 1, "resourceChanges": counts})
    events.close()
    if plan := value(arguments, "--save-plan"):
        Path(plan).write_text('{"resourcePlans": {}}')
    if command == "up":
        latest["resources"] = resources(stack, told)
        latest["pending_operations"] = []
    if command == "destroy":
        latest["resources"] = [item for item in latest["resources"] if not matches(item["urn"], targets)]
    backend.write(latest)


def resources(stack: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    itself = {
        "urn": urn(stack, {"type": STACK_TYPE, "name": f"{PROJECT}-{stack}"}),
        "type": STACK_TYPE,
        "custom": False,
    }
    rest = (
        {"urn": urn(stack, item), "type": item["type"], "custom": True, "id": item.get("id", item["name"])}
        for item in told.get("resources", ())
    )
    return [itself, *rest]


def broken(command: str, told: dict[str, Any], events: Events) -> None:
    """Fail as the scenario says."""
    how = told.get("fail", {}).get(command)
    if how is None:
        return
    for event in how.get("events", ()):
        for kind, content in event.items():
            events.send(kind, content)
    if "wait" in how:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        Path(how["wait"]).write_text(str(os.getpid()))
        signal.sigwait({signal.SIGINT})
    events.close()
    print(how.get("stdout", ""))
    print(how.get("stderr", ""), file=sys.stderr)
    raise SystemExit(how.get("code", FAILED))


def _warn_of_pending(events: Events, pending: list[dict[str, Any]]) -> None:
    said = (
        f"Attempting to deploy or update resources with {len(pending)} pending operations from previous deployment.\n"
    )
    said += "".join(f"  * {item['resource']['urn']}, interrupted while {item['type']}\n" for item in pending)
    said += (
        "These resources are in an unknown state because the Pulumi CLI was interrupted while waiting for changes to "
        "these resources to complete."
    )
    events.send(
        "diagnosticEvent", {"message": f"<{{%reset%}}>{said}<{{%reset%}}>", "color": "raw", "severity": "warning"}
    )


def stack_command(rest: list[str], stack: str) -> None:
    told, what = scenario(), rest[0]
    backend = Backend(stack) if what != "ls" else Backend("")
    match what:
        case "select":
            backend.read()
        case "init":
            provider = Passphrase(stack).make(value(rest, "--secrets-provider"))
            backend.write(
                {"secrets_providers": provider, "resources": [], "pending_operations": told.get("pending", [])}
            )
        case "output":
            found = dict(told.get("outputs", {}))
            secret = told.get("secret_outputs", {})
            shown = secret if "--show-secrets" in rest else dict.fromkeys(secret, "[secret]")
            print(json.dumps({**found, **shown}))
        case "history":
            done = {"kind": "update", "startTime": "2026-01-02T03:04:05.000Z", "message": "", "environment": {}}
            print(json.dumps([{**done, "config": {}, "result": "succeeded"}]))
        case "export":
            print(json.dumps({"version": 3, "deployment": backend.read()}))
        case "import":
            backend.check_lock()
            backend.write(json.loads(Path(value(rest, "--file")).read_text())["deployment"])
        case "rm":
            if [item for item in backend.read()["resources"] if item.get("custom")]:
                fail(f"'{stack}' still has resources; removal rejected; pass --force to override")
            backend.path.unlink()
            Path(f"Pulumi.{stack}.yaml").unlink(missing_ok=True)
        case "ls":
            print(json.dumps([{"name": "me/x/dev", "current": True, "updateInProgress": told.get("busy", False)}]))
        case _:
            fail(f'unknown command "{what}" for "pulumi stack"')


def configure(rest: list[str], stack: str) -> None:
    import site

    site.addsitedir(os.environ["STAND_IN_PACKAGES"])
    import yaml

    path = Path(f"Pulumi.{stack}.yaml")
    settings = yaml.safe_load(path.read_text()) or {}
    settings.setdefault("config", {})
    settings["config"][rest[1]] = rest[rest.index("--") + 1]
    path.write_text(yaml.safe_dump(settings))


def main(arguments: list[str]) -> None:
    names = ("PULUMI_", "AWS_")
    with Path(os.environ["STAND_IN_CALLS"]).open("a") as calls:
        seen = {name: text for name, text in os.environ.items() if name.startswith(names)}
        calls.write(json.dumps({"arguments": arguments, "environment": seen}) + "\n")
    arguments = [item for item in arguments if item != "--non-interactive"]
    command, rest = arguments[0], arguments[1:]
    positional = [item for item in rest if not item.startswith("-")]
    stack = value(rest, "--stack") or (positional[-1] if positional else "")
    if command == "version":
        print(scenario().get("version", "v3.272.0"))
    elif command == "stack":
        stack_command(rest, value(rest, "--stack") or (rest[1] if rest[0] == "init" else rest[-1]))
    elif command == "config":
        configure(rest, stack)
    elif command == "cancel":
        for path in Backend(stack).locks.glob("*.json"):
            path.unlink()
    elif command in {"preview", "up", "refresh", "destroy"}:
        operate(command, rest, stack)
    else:
        fail(f'unknown command "{command}" for "pulumi"')


if __name__ == "__main__":
    main(sys.argv[1:])
