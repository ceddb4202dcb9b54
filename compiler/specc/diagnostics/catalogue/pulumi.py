"""What `[pulumi]` says of the deployment."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.targets import spec

_PAUSE = '[steps.pause]\nwait = "1s"\n'
_EXTRA = spec(f'{_PAUSE}\n[pulumi]\nextra = "infra.py"')
_FILES = {
    "infra.py": "def extra(resources):\n    pass\n",
    "half.py": "def extra(resources:\n    pass\n",
    "more.py": "def add(resources, config):\n    pass\n",
}


def _extra(name: str) -> str:
    return spec(f'{_PAUSE}\n[pulumi]\nextra = "{name}"')


ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC540",
        title="a file of further resources that is not there",
        why="`extra` of `[pulumi]` names a Python file whose function `extra(resources)` adds resources of yours to the "
        "program that deploys the spec. The path starts at the folder of the spec. The program imports the file, so "
        "that its name is one that Python can import, and none of a module that the program needs.",
        bad=_extra("infrastructure.py"),
        good=_EXTRA,
        files={"infra.py": _FILES["infra.py"]},
    ),
    Entry(
        code="SPC541",
        title="further resources that are not Python",
        why="The file that `extra` of `[pulumi]` names is read, and not run, to check a spec. What cannot be parsed would "
        "stop the deployment half-way.",
        bad=_extra("half.py"),
        good=_EXTRA,
        files={name: _FILES[name] for name in ("infra.py", "half.py")},
    ),
    Entry(
        code="SPC542",
        title="further resources without their function",
        why="The program calls `extra(resources)` of the file once, after its own resources, with one argument by position: "
        "what it has made. The function stands at the top level of the file, and is no coroutine.",
        bad=_extra("more.py"),
        good=_EXTRA,
        files={name: _FILES[name] for name in ("infra.py", "more.py")},
    ),
    Entry(
        code="SPC543",
        title="a protected stack that may lose data",
        why="`protect = true` keeps what holds data in a stack, whatever an update asks for; `allow_data_loss = true` lets an "
        "update replace or delete it. Only one of them can be meant.",
        bad=spec(f"{_PAUSE}\n[pulumi]\nallow_data_loss = true\n\n[stacks.prod]\nprotect = true"),
        good=spec(
            f"{_PAUSE}\n[pulumi]\nallow_data_loss = true\n\n"
            "[stacks.prod]\nprotect = true\npulumi.allow_data_loss = false"
        ),
    ),
    Entry(
        code="SPC544",
        title="further resources that CloudFormation does not make",
        why="`extra` of `[pulumi]` is Python that the program of Pulumi calls. A template of CloudFormation cannot call it, so "
        "that `specc deploy` deploys the spec without these resources; `specc up` makes them. When the program is compiled "
        "together with the template, this is a hint.",
        bad=_EXTRA,
        good=spec(_PAUSE),
        files={"infra.py": _FILES["infra.py"]},
        stage="compile",
        target="cloudformation",
    ),
)
