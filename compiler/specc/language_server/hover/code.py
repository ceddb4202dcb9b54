"""What is known of what a step does: a Python function, an action of AWS, another spec; and of its arguments."""

from __future__ import annotations

from specc.introspection import Signature
from specc.language_server.completion.code import Source, called, functions
from specc.language_server.completion.request import Request
from specc.language_server.completion.scripts import described, script_of
from specc.source.side_table import Path


def about_action(request: Request) -> str:
    """What the text under the pointer names, when it says what a step does."""
    if request.step_path is None:
        return ""
    whole = request.cursor.whole
    if request.inside_step == ("call",):
        return about_function(request, whole)
    if request.inside_step == ("aws",):
        return _about_aws(whole)
    if request.inside_step in (("entry",), ("outputs", request.inside_step[-1] if request.inside_step else "")):
        return _about_script(request, whole)
    if request.inside_step == ("pipeline",):
        return f"Runs the spec `{whole}` as one step."
    return ""


def _about_script(request: Request, name: str) -> str:
    """A function or a global of the step's script."""
    if request.inside_step == ("entry",):
        _, source = called(request)
        return f"```python\ndef {name}{source.signature}\n```\n{source.about}" if source is not None else ""
    text = described(script_of(request), name)
    return f"```python\n{name}: {text}\n```" if text else ""


def about_function(request: Request, target: str) -> str:
    """The signature and the docstring of `module:function`."""
    source = _source(request, target)
    if source is None:
        return ""
    _, _, name = target.partition(":")
    return f"```python\ndef {name}{source.signature}\n```\n{source.about}"


def docstring(request: Request, target: str) -> str:
    """The first paragraph of a function's docstring."""
    source = _source(request, target)
    return source.about.split("\n\n")[0] if source is not None else ""


def _source(request: Request, target: str) -> Source | None:
    module, colon, name = target.partition(":")
    return functions(request, module).get(name) if colon and name else None


def _about_aws(action: str) -> str:
    from specc.language_server.completion.aws import about
    from specc.services import find_service

    name, _, operation = action.partition(":")
    service = find_service(name)
    found = service.operation(operation) if service is not None else None
    if found is None:
        return ""
    return f"**{action}**\n\n{about(found.raw)}"


def about_argument(request: Request) -> str:
    """What the key under the pointer is to the step's function or action: its type, and whether it must be given."""
    name = request.cursor.whole
    if request.step_path is not None and request.inside_step == ("globals",):
        return _about_script(request, name)
    if request.step_path is None or request.inside_step[:1] not in (("with",), ("each",)):
        return ""
    below = request.inside_step[1:]
    if "aws" in request.step:
        return _about_aws_argument(request, (*below, name))
    signature, source = called(request)
    if below or signature is None:
        return ""
    return _parameter(name, signature, source)


def _parameter(name: str, signature: Signature, source: Source | None) -> str:
    parameter = signature.by_name.get(name)
    if parameter is None:
        return ""
    default = source.defaults.get(name) if source is not None else None
    text = f"```\n{name}: {parameter.type}" + (f" = {default}" if default is not None else "") + "\n```"
    if parameter.choices:
        text += "\nOne of " + ", ".join(f"`{choice}`" for choice in parameter.choices) + "."
    return text + ("\nMust be given." if parameter.required else "")


def _about_aws_argument(request: Request, path: Path) -> str:
    from specc.language_server.completion.arguments import aws_shape
    from specc.language_server.completion.aws import about
    from specc.services.types import taken_type

    outer = aws_shape(request, path[:-1])
    if outer is None or outer.kind != "structure":
        return ""
    spelling = outer.spellings.get(str(path[-1]), "")
    shape = outer.members.get(spelling)
    if shape is None:
        return ""
    needed = "\nMust be given." if spelling in outer.required else ""
    return f"```\n{path[-1]}: {taken_type(shape)}\n```\n{about(shape.traits)}{needed}"
