"""A step: what it does (exactly one action), with what, how often, if, and where."""

from typing import Annotated, Any

from pydantic import Field

from specc_schemas.actions import (
    AgentTask,
    Approve,
    AwsAction,
    Container,
    ExitCodes,
    FileName,
    FilePattern,
    Http,
    ModuleName,
    ScriptOutputs,
    WaitChoice,
)
from specc_schemas.base import Model
from specc_schemas.choices import Codec, CommandResult, Isolation, WorkingFolder
from specc_schemas.compute import ComputeChoice
from specc_schemas.matrix import Matrix
from specc_schemas.names import Identifier, VariableName
from specc_schemas.policies import CacheChoice, OnError, Repeat, RetryChoice, Sources
from specc_schemas.quantities import Duration, Tolerance
from specc_schemas.tracking import MetricPattern
from specc_schemas.values import Expression, FunctionName, JsonValue, Text

ACTIONS = (
    "call",
    "script",
    "module",
    "command",
    "container",
    "aws",
    "http",
    "wait",
    "approve",
    "agent",
    "pipeline",
    "steps",
)
"""The keys of which a step has exactly one."""

ITERATING = frozenset({"max_parallel", "tolerate", "batch"})
"""Keys that say how items are worked on, and so need `each` or `matrix`."""

_ANY = frozenset({"description", "each", "matrix", "repeat", "when", "after"}) | ITERATING
_FALLIBLE = frozenset({"retry", "timeout", "on_error", "cache", "returns"})
_HOSTED = frozenset({"codec", "compute", "env", "slots"})
_PROGRAM = frozenset({"stdin", "files", "cwd", "artifacts", "metrics", "exit_codes"})
_SCRIPT = _ANY | _FALLIBLE | _HOSTED | _PROGRAM | {"with", "isolation", "globals", "argv", "entry", "outputs"}

ACTION_KEYS: dict[str, frozenset[str]] = {
    "call": _ANY | _FALLIBLE | _HOSTED | {"with", "isolation"},
    "script": _SCRIPT,
    "module": _SCRIPT,
    "command": _ANY | _FALLIBLE | _HOSTED | _PROGRAM | {"result"},
    "container": _ANY | _FALLIBLE | _HOSTED | {"result"},
    "aws": _ANY | _FALLIBLE | {"with"},
    "http": _ANY | _FALLIBLE,
    "wait": _ANY,
    "approve": _ANY | {"on_error"},
    "agent": _ANY | _FALLIBLE | {"compute", "env"},
    "pipeline": _ANY | (_FALLIBLE - {"returns"}) | {"with"},
    "steps": _ANY | _FALLIBLE | {"yield", "env"},
}
"""The keys that go with each action, besides the action itself."""


class Step(Model):
    """One step of a pipeline: exactly one action, and what modifies it."""

    description: str | None = None
    """What the step is for; shown in graphs and logs. Default: none. Example: `"downloads one day"`."""

    call: FunctionName | None = None
    """Call a Python function, `module:function`. It is not imported to check it. Example: `"birds:flap"`."""
    script: Text | None = None
    """Run a Python script as `python script.py` would. Path from the package's root. Example: `"train.py"`."""
    module: ModuleName | None = None
    """Run a Python module as `python -m module` would. Example: `"training.main"`."""
    command: Annotated[list[str], Field(min_length=1)] | None = None
    """Run a process; its standard output is the result. Example: `["sort", "-u"]`."""
    container: Container | None = None
    """Run a container. Example: `{ image = "python:3.12-slim", command = ["python", "-V"] }`."""
    aws: AwsAction | None = None
    """Make an AWS SDK call, `service:action`, with `with` as its parameters. Example: `"dynamodb:putItem"`."""
    http: Http | None = None
    """Make an HTTP request. Example: `{ method = "GET", url = "https://example.org" }`."""
    wait: WaitChoice | None = None
    """Pause: a duration, an expression that gives one, or `{ until = "${...}" }`. Example: `"30s"`."""
    approve: Approve | None = None
    """Ask a person. Example: `{ by = ["role:owner"], timeout = "24h" }`."""
    agent: AgentTask | None = None
    """Give a task to an agent. No target runs this yet. Example: `{ type = "doc.write", prompt = "..." }`."""
    pipeline: Text | None = None
    """Run another spec as this step; `with` gives its parameters. Path from this file. Example: `"other.toml"`."""
    steps: Annotated[
        Annotated[dict[Identifier, "Step"], Field(min_length=1)] | None,
        Field(examples=[{"fetch": {"call": "etl:fetch"}}]),
    ] = None
    """A group: a graph of steps that runs as one. Example: `[steps.process.steps.fetch]`."""

    with_: Annotated[dict[str, JsonValue] | None, Field(alias="with")] = None
    """The action's arguments by name; values may hold expressions. Default: none.
    Example: `{ limit = "${params.limit}" }`."""
    each: Sources | None = None
    """Run once per item of a list, bound to this name; lists are zipped. Default: none.
    Example: `{ bird = "${steps.birds}" }`."""
    matrix: Matrix | None = None
    """Run once per combination of values, which `matrix` holds: `${matrix.lr}`. Default: none.
    Example: `{ lr = [0.1, 0.01], seed = { range = [0, 5] } }`."""
    repeat: Repeat | None = None
    """Run again until something is true. Default: none. Example: `{ until = "${last.done}", max = 100 }`."""
    when: Expression | None = None
    """Run only if this is true; else the step is skipped. Default: always. Example: `"${steps.check.ok}"`."""
    max_parallel: Annotated[int, Field(ge=1)] | None = None
    """With `each` or `matrix`: how many items run at a time. Default: as many as the engine can. Example: `20`."""
    tolerate: Tolerance | None = None
    """With `each` or `matrix`: how many items may fail; they give null. Default: none. Example: `"1%"`."""
    batch: Annotated[int, Field(ge=1)] | None = None
    """With `each`: hand over lists of up to this many items at a time. Default: single items. Example: `50`."""
    yield_: Annotated[JsonValue, Field(alias="yield")] = None
    """With `steps`: the group's result. Default: that of its only last step. Example: `"${steps.parse}"`."""
    after: Annotated[list[Identifier], Field(min_length=1)] | None = None
    """Steps that must have ended first although no data of theirs is used. Default: none. Example: `["setup"]`."""

    retry: RetryChoice | None = None
    """How a failure is retried. Default: `[defaults]`. Example: `{ max = 2, delay = "1s" }`."""
    timeout: Duration | None = None
    """The longest that one attempt may take. Default: `[defaults]`. Example: `"5m"`."""
    on_error: Annotated[dict[Text, OnError], Field(min_length=1)] | None = None
    """What replaces the result after an error of this name (`*`: any). Default: none, so that the run fails.
    Example: `{ "ValueError" = { use = 0 } }`."""
    compute: ComputeChoice | None = None
    """Where the step runs: a profile's name or a table. Default: `[defaults]`. Example: `"small"`."""
    cache: CacheChoice | None = None
    """Reuse the result while code and inputs stay the same. Default: `false`. Example: `{ ttl = "7d" }`."""

    returns: JsonValue = None
    """The result's type: a name or a JSON Schema. Default: what the code says. Example: `"list of string"`."""
    codec: Codec | None = None
    """How the result is stored. Default: by its type. Example: `"parquet"`."""
    globals: dict[Identifier, JsonValue] | None = None
    """With `script`: values for the script's globals, put in where it first binds them; `{ ref = "module:name" }` is
    that object; `from` names a file of values. Default: none. Example: `{ lr = 0.1 }`."""
    argv: list[JsonValue] | None = None
    """With `script`: command-line arguments. Default: none. Example: `["--epochs", "${params.epochs}"]`."""
    entry: Identifier | None = None
    """With `script`: import the script instead of running it, and call this function of it, with the arguments in
    `with`. Default: none. Example: `"main"`."""
    outputs: ScriptOutputs | None = None
    """With `script`: what the result is: globals by name, as they are at the end; the last line that it prints; or a
    file of JSON. Default: what `entry` returns, else null. Example: `["accuracy", "loss"]`."""
    artifacts: Annotated[list[FilePattern], Field(min_length=1)] | None = None
    """Files that are kept with the run, by name or pattern, in the working directory; the result gets a key
    `artifacts`. Default: none. Example: `["model.joblib", "*.png"]`."""
    cwd: WorkingFolder | None = None
    """The working directory. Default: `"root"`, with `files` `"fresh"`. Example: `"fresh"`."""
    metrics: Annotated[dict[Identifier, MetricPattern], Field(min_length=1)] | None = None
    """Regular expressions for the lines that it prints, of which 1,000 characters are looked at: what the first group
    matches is a metric of this name, and a group `step` is its step. Default: none.
    Example: `{ loss = "loss=([0-9.]+)" }`."""
    exit_codes: ExitCodes | None = None
    """What exit statuses mean: the name of an error, or `ok`. Default: each but 0 is a `CommandError`.
    Example: `{ "3" = "NoData" }`."""
    stdin: JsonValue = None
    """What the program reads on its standard input: a text or bytes as they are, the file of an artifact,
    anything else as JSON. Default: nothing. Example: `"${steps.rows}"`."""
    files: Annotated[dict[FileName, JsonValue], Field(min_length=1)] | None = None
    """Files that are written into the program's working directory, a fresh one, before it starts; what they hold is as
    for `stdin`. Default: none. Example: `{ "config.json" = { lr = 0.1 } }`."""
    result: CommandResult | None = None
    """What the result of the process is. With `container`: on AWS `exit` only. Default: `text`, with `container`
    null. Example: `"json"`."""
    isolation: Isolation | None = None
    """Locally: where the code runs. Default: `process` with `timeout` or `slots`, else `thread`.
    Example: `"process"`."""
    slots: dict[Identifier, Annotated[list[str], Field(min_length=1)]] | None = None
    """Locally: things of which each running item leases one. Default: none. Example: `{ gpu = ["0", "1"] }`."""
    env: dict[VariableName, str] | None = None
    """Environment of this step, over `[env]`. Default: none. Example: `{ LOG_LEVEL = "DEBUG" }`."""

    @property
    def action(self) -> str | None:
        """The key of the step's action; the first one should there be several."""
        return next((name for name in ACTIONS if getattr(self, name) is not None), None)

    def given(self, key: str) -> bool:
        """Whether the spec gives `key` (by its name in the spec), be it null."""
        return _FIELDS.get(key, key) in self.model_fields_set


_FIELDS: dict[str, Any] = {"with": "with_", "yield": "yield_"}
