"""The beginning of a program: imports, settings, and the few functions that statements call."""

from __future__ import annotations

import textwrap

from specc.pulumi_settings import ENTRY
from specc_targets.pulumi.program.code import WIDTH, quote, seen, uses, written
from specc_targets.pulumi.program.storage import CODE, DEPENDENCIES
from specc_targets.pulumi.program.writer import Writer

_ARN = '''
def arn(
    service: str,
    resource: str,
    in_region: pulumi.Input[str] = region,
    in_account: pulumi.Input[str] = account,
) -> pulumi.Output[str]:
    """The ARN of something that is known by its name."""
    return pulumi.Output.format(
        "arn:{0}:{1}:{2}:{3}:{4}", partition, service, in_region, in_account, resource
    )
'''
_DIGEST = '''
def digest(file: str) -> str:
    """The hash of a file as Lambda gives it: code is shipped exactly when this changes."""
    return base64.b64encode(hashlib.sha256((here / file).read_bytes()).digest()).decode()
'''
_HASHED_NAME = '''
def hashed_name(file: str) -> str:
    """A name that changes with a file's content."""
    return hashlib.sha256((here / file).read_bytes()).hexdigest()[:16] + Path(file).suffix
'''
_DEFINITION = '''
def definition(file: str, *functions: aws.lambda_.Function) -> pulumi.Output[str]:
    """A state machine's definition that calls the versions of its functions published here.

    So a run that is under way goes on with the code that it has started with.
    """
    machine = json.loads((here / file).read_text("utf-8"))
    text = json.dumps(machine, ensure_ascii=False, separators=(",", ":"))

    def pinned(versions: list[list[str]]) -> str:
        found = text
        for name, version in versions:
            called = f'"FunctionName":"{name}'
            found = found.replace(f'{called}"', f'{called}:{version}"')
        return found

    published = [pulumi.Output.all(function.name, function.version) for function in functions]
    return pulumi.Output.all(*published).apply(pinned)
'''
_INVOKES = {
    "account": "aws.get_caller_identity_output().account_id",
    "region": "aws.get_region_output().region",
    "partition": "aws.get_partition_output().partition",
}
_FOR_ARN = frozenset(_INVOKES)
_INDENT = " " * 8


def head(writer: Writer, source: str, *, stack: str, eject: bool, extra: str | None) -> str:
    """Everything before the first resource."""

    def used(name: str) -> bool:
        return any(uses(value, name) for value in writer.values)

    functions = [text for name, text in _FUNCTIONS.items() if used(name)]
    hashes = used("digest") or used("hashed_name")
    imports = [
        *(("import base64",) if used("digest") else ()),
        *(("import hashlib",) if hashes else ()),
        "import json",
        "from pathlib import Path",
        "",
        "import pulumi",
        "import pulumi_aws as aws",
        *(("", f"from {extra} import {ENTRY}") if extra is not None else ()),
    ]
    values = [f"{name} = {text}" for name, text in _INVOKES.items() if used(name) or (name in _FOR_ARN and used("arn"))]
    parts = [_docstring(writer, source, stack, eject), "\n".join(imports)]
    if not eject:
        parts.append(_guard(stack, source))
    parts.append("\n".join(["here = Path(__file__).parent", *values]))
    if writer.settings:
        parts.append("\n".join(["config = pulumi.Config()", *writer.settings.values()]))
    if writer.stack.tags:
        parts.append("TAGS = " + written(dict(writer.stack.tags), before=len("TAGS = ")))
    return "\n\n".join(parts) + "\n" + "".join(f"\n{text}" for text in functions) + "\n" * bool(functions)


_FUNCTIONS = {"arn": _ARN, "digest": _DIGEST, "hashed_name": _HASHED_NAME, "definition": _DEFINITION}


def _docstring(writer: Writer, source: str, stack: str, eject: bool) -> str:
    source = seen(source)
    title = f"What {writer.stack.name} needs on AWS."
    if eject:
        told = [f"Written by specc from {source}, once, for the stack `{stack}`. From here on it is yours."]
    else:
        told = [
            f"Written by specc from {source} for the stack `{stack}`, and written anew with each compile: what is to "
            "differ is said there. `[pulumi] extra` adds resources of your own; `--eject` gives a copy to keep.",
            *_code(writer),
        ]
    text = "\n".join([title, "", *_wrapped(" ".join(told), WIDTH)])
    text = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""'


def _code(writer: Writer) -> list[str]:
    files = [file for file, way in ((CODE, writer.packaged.code), (DEPENDENCIES, writer.packaged.dependencies)) if way]
    if writer.stack.package_format != "zip" or not writer.stack.functions:
        return []
    return [f"`specc up` puts the code beside it ({' and '.join(files)}), made as `specc build` makes it."]


def _guard(stack: str, source: str) -> str:
    """A stack may override anything, so that the program of another stack is another program."""
    message = f"this program is for the stack `{stack}`; compile {source} for another one with --stack"
    room = WIDTH - len(_INDENT) - len('""')
    parts = [message] if len(message) <= room else _wrapped(message, room - 1)
    texts = [quote(f"{part} ") for part in parts[:-1]] + [quote(parts[-1])]
    lines = "".join(f"\n{_INDENT}{text}" for text in texts)
    return f"if pulumi.get_stack() != {quote(stack)}:\n    raise pulumi.RunError({lines}\n    )"


def _wrapped(text: str, columns: int) -> list[str]:
    return textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False)
