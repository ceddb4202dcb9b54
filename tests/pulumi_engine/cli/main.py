"""A stand-in for the Pulumi CLI, for tests: what the Automation API calls, on top of the test engine.

It is no Pulumi: it knows one backend (folders), one provider (the test provider `aws`) and one language.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pulumi_engine.cli.backend import MARK, CliError, Workspace

VERSION = "3.272.0"
_OPERATIONS = ("up", "preview", "refresh", "destroy")


def main(arguments: list[str]) -> int:
    """Run a command; its exit code."""
    if arguments == ["version"]:
        print(f"v{VERSION}")
        return 0
    options, more = _parser().parse_known_args(arguments)
    if unknown := [word for word in more if word.startswith("-") and word != "--"]:
        sys.stderr.write(f"error: unknown flag: {unknown[0]}\n")
        return 255
    options.words = [*options.words, *(word for word in more if word != "--")]
    try:
        _COMMANDS[options.command](options)
    except CliError as error:
        sys.stderr.write(f"error: {str(error).removeprefix('error: ')}\n")
        return 255
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("pulumi", allow_abbrev=False)
    parser.add_argument("--non-interactive", action="store_true")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in _OPERATIONS:
        sub = commands.add_parser(name, allow_abbrev=False)
        for flag in (
            "yes",
            "skip-preview",
            "diff",
            "suppress-outputs",
            "preview-only",
            "clear-pending-creates",
            "target-dependents",
        ):
            sub.add_argument(f"--{flag}", action="store_true")
        for flag in ("exec-kind", "event-log", "color", "plan", "save-plan", "stack"):
            sub.add_argument(f"--{flag}")
        sub.add_argument("--target", action="append", default=[])
    stack = commands.add_parser("stack", allow_abbrev=False)
    for flag in ("json", "show-secrets", "yes", "force", "preserve-config", "all"):
        stack.add_argument(f"--{flag}", action="store_true")
    for flag in ("stack", "file", "secrets-provider", "page-size", "page"):
        stack.add_argument(f"--{flag}")
    config = commands.add_parser("config", allow_abbrev=False)
    for flag in ("json", "show-secrets", "plaintext", "secret", "path", "non-interactive"):
        config.add_argument(f"--{flag}", action="store_true")
    config.add_argument("--stack")
    for name in ("cancel", "whoami"):
        sub = commands.add_parser(name, allow_abbrev=False)
        sub.add_argument("--stack")
        for flag in ("yes", "json"):
            sub.add_argument(f"--{flag}", action="store_true")
    for sub in commands.choices.values():
        sub.add_argument("words", nargs="*")
    return parser


def _workspace(options: argparse.Namespace) -> Workspace:
    name = options.stack or (options.words[-1] if options.words and options.command != "config" else "")
    return Workspace(Path.cwd(), name.rpartition("/")[2])


def _operation(options: argparse.Namespace) -> None:
    from pulumi_engine.cli.operations import run  # late: it imports gRPC

    if options.command != "preview" and not (options.yes or options.preview_only):
        raise CliError("--yes or --skip-preview must be passed in to proceed when running in non-interactive mode")
    run(_workspace(options), options.command, options)


def _stack(options: argparse.Namespace) -> None:
    workspace = _workspace(options)
    match options.words[0]:
        case "init":
            if options.secrets_provider not in (None, "passphrase", "default"):
                raise CliError(f"the stand-in has no secrets provider {options.secrets_provider}")
            workspace.init()
        case "select":
            workspace.require()
        case "ls":
            folder = workspace.root / "stacks" / workspace.name
            found = [{"name": path.stem, "current": False} for path in sorted(folder.glob("*.json"))]
            print(json.dumps(found))
        case "rm":
            workspace.remove(options.force)
        case "history":
            size = int(options.page_size or 10)
            print(json.dumps(workspace.history[:size]))
        case "output":
            print(json.dumps(_outputs(workspace, options.show_secrets)))
        case "export":
            found = workspace.readable() if options.show_secrets else workspace.raw()
            print(json.dumps(found, indent=4))
        case "import":
            workspace.require()
            workspace.put(json.loads(Path(options.file).read_text())["deployment"])
        case other:
            raise CliError(f"the stand-in has no `stack {other}`")


def _outputs(workspace: Workspace, show: bool) -> dict[str, Any]:
    resources = workspace.readable()["deployment"].get("resources", ())
    found = next((item["outputs"] for item in resources if item["type"] == "pulumi:pulumi:Stack"), {})
    return {name: _plain(value) if show or _plain(value) == value else "[secret]" for name, value in found.items()}


def _plain(value: Any) -> Any:
    """A value without the marks of secrets."""
    if isinstance(value, dict):
        return _plain(value["value"]) if MARK in value else {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _config(options: argparse.Namespace) -> None:
    workspace = _workspace(options)
    settings = workspace.settings
    config = settings.setdefault("config", {})
    words = options.words
    if not words:
        found, hidden = workspace.config()
        shown = {
            key: {"secret": key in hidden, **({} if key in hidden and not options.show_secrets else {"value": value})}
            for key, value in found.items()
        }
        print(json.dumps(shown))
        return
    action, key, *rest = words
    name = key if ":" in key else f"{workspace.name}:{key}"
    if action == "set":
        config[name] = {"secure": workspace.encrypt(rest[0])} if options.secret else rest[0]
        workspace.set(settings)
    elif action == "rm":
        config.pop(name, None)
        workspace.set(settings)
    elif action == "get":
        found, hidden = workspace.config()
        if name not in found:
            raise CliError(f"configuration key '{key}' not found for stack '{workspace.stack}'")
        print(json.dumps({"value": found[name], "secret": name in hidden}))
    else:
        raise CliError(f"the stand-in has no `config {action}`")


def _cancel(options: argparse.Namespace) -> None:
    workspace = _workspace(options)
    workspace.require()
    workspace.unlock()


def _whoami(options: argparse.Namespace) -> None:
    print(json.dumps({"user": "somebody"}) if options.json else "somebody")


_COMMANDS = {
    **dict.fromkeys(_OPERATIONS, _operation),
    "stack": _stack,
    "config": _config,
    "cancel": _cancel,
    "whoami": _whoami,
}
