"""Keys whose value is one of a few: what each value means, for editors.

A choice is a `Literal` with `Meanings`, one for each of its values; `json_shape` puts them where editors look for them.
"""

from typing import Annotated, Any, Literal, get_args

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

MEANINGS = "meanings"
"""The keyword that carries the meanings from the models to `json_shape`; no schema that is published has it."""


class Meanings:
    """Annotates a `Literal`: a text for each of its values."""

    __slots__ = ("texts",)

    def __init__(self, **texts: str) -> None:
        self.texts = texts

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), MEANINGS: self.texts}


Engine = Annotated[
    Literal["lambda", "batch", "ecs", "local"],
    Meanings(
        **{
            "lambda": "A function of AWS Lambda: starts at once, runs 15 minutes at most.",
            "batch": "A job of AWS Batch: any length, many CPUs, GPUs; starts within minutes.",
            "ecs": "A task of Amazon ECS on Fargate: any length; starts within a minute.",
            "local": "The machine that runs the spec.",
        }
    ),
]
"""The service that runs a step."""

ParameterType = Annotated[
    Literal["string", "integer", "number", "boolean", "object", "array", "path", "datetime", "duration"],
    Meanings(
        string="A text.",
        integer="A whole number.",
        number="A number, with a fraction or without.",
        boolean="`true` or `false`.",
        object="A table of values by name.",
        array="A list of values.",
        path="A file or folder: the text of its path.",
        datetime="A moment, ISO 8601 with an offset: `2026-05-04T10:15:00Z`.",
        duration="A length of time with a unit: `5m`.",
    ),
]
"""The type of a parameter's values."""

TextFormat = Annotated[
    Literal[
        "date-time",
        "date",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "uri-reference",
        "uri-template",
        "iri",
        "iri-reference",
        "uuid",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    ],
    Meanings(
        **{
            "date-time": "A moment: `2026-05-04T10:15:00Z`.",
            "date": "A day: `2026-05-04`.",
            "time": "A time of day with an offset: `10:15:00Z`.",
            "duration": "A length of time, ISO 8601: `PT5M`.",
            "email": "An address of e-mail.",
            "idn-email": "An address of e-mail, in any script.",
            "hostname": "The name of a host.",
            "idn-hostname": "The name of a host, in any script.",
            "ipv4": "An address of IP, version 4.",
            "ipv6": "An address of IP, version 6.",
            "uri": "A URI.",
            "uri-reference": "A URI, or a part of one.",
            "uri-template": "A URI with places to fill in: `/birds/{id}`.",
            "iri": "A URI, in any script.",
            "iri-reference": "A URI or a part of one, in any script.",
            "uuid": "A UUID.",
            "json-pointer": "A path into JSON: `/birds/0`.",
            "relative-json-pointer": "A path into JSON from a place in it: `1/name`.",
            "regex": "A regular expression.",
        }
    ),
]
"""The format of a parameter's values."""

FORMATS: tuple[str, ...] = get_args(get_args(TextFormat)[0])
"""The formats that JSON Schema names."""

Codec = Annotated[
    Literal["json", "bytes", "text", "npy", "parquet", "arrow", "pickle"],
    Meanings(
        json="JSON: null, booleans, numbers, texts, lists and tables.",
        bytes="Bytes as they are.",
        text="A text in UTF-8.",
        npy="An array of NumPy, in its own format.",
        parquet="A table (pandas, polars, pyarrow) as Parquet.",
        arrow="A table (pandas, polars, pyarrow) as an Arrow file.",
        pickle="Any Python object. Only for data that you trust: reading it runs code.",
    ),
]
"""How a result is stored."""

CommandResult = Annotated[
    Literal["json", "text", "lines", "jsonl", "csv", "exit"],
    Meanings(
        json="Its standard output, parsed as JSON.",
        text="Its standard output as a text.",
        lines="The lines of its standard output, a list of texts.",
        jsonl="The values of the lines of its standard output, each of which is JSON.",
        csv="The rows of its standard output: tables of texts, by the names in the first row.",
        exit="Its exit status: any is a value, none a failure.",
    ),
]
"""What the result of a process is."""

Isolation = Annotated[
    Literal["inline", "thread", "process"],
    Meanings(
        inline="In the main thread, where nothing else begins or ends meanwhile.",
        thread="Beside others in one process: for what waits, and what takes milliseconds.",
        process="In a process that can be stopped: for what computes, crashes or leaks.",
    ),
]
"""Where code runs locally."""

WorkingFolder = Annotated[
    Literal["root", "fresh"],
    Meanings(root="The package's root.", fresh="A folder of this call's own, empty at first."),
]
"""Where a program runs."""

HttpMethod = Annotated[
    Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
    Meanings(
        GET="Reads something.",
        HEAD="Reads the headers alone.",
        POST="Sends something to be worked on, such as a new item.",
        PUT="Puts the body at the address, over what is there.",
        PATCH="Changes part of what is there.",
        DELETE="Removes what is there.",
        OPTIONS="Asks what may be done there.",
    ),
]
"""The method of an HTTP request."""

Answer = Annotated[
    Literal["approve", "reject"],
    Meanings(
        approve="The run goes on, as if a person had approved.", reject="The step fails, as if a person had refused."
    ),
]
"""What no answer of a person means."""

OnMax = Annotated[
    Literal["fail", "stop"],
    Meanings(fail="The step fails.", stop="The last result is the step's result."),
]
"""What happens when a loop has run as often as it may."""

MatrixMode = Annotated[
    Literal["grid", "zip"],
    Meanings(grid="Every combination of the axes' values.", zip="The first values together, then the second ones, ..."),
]
"""How the axes of a matrix are combined."""

Scale = Annotated[
    Literal["linear", "log"],
    Meanings(linear="Every number is as likely as any other.", log="Every power of ten is as likely as any other."),
]
"""How random numbers are spread."""

PackageFormat = Annotated[
    Literal["zip", "image"],
    Meanings(
        zip="A zip archive: 250 MB unpacked at most, on Lambda.", image="A container image: 10 GB at most, on Lambda."
    ),
]
"""What is built of the code."""

Processor = Annotated[
    Literal["arm64", "x86_64"],
    Meanings(arm64="Graviton: costs less on AWS.", x86_64="Intel and AMD: for packages without builds for ARM."),
]
"""The processor that code runs on."""

LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    Meanings(
        debug="Everything, for finding faults.",
        info="What happens.",
        warning="What may be wrong.",
        error="Only what failed.",
    ),
]
"""The least important messages that are shown."""

LogFormat = Annotated[
    Literal["text", "json"],
    Meanings(text="Lines for people.", json="One JSON object a line, for programs."),
]
"""What messages look like."""

LogColor = Annotated[
    Literal["auto", "always", "never"],
    Meanings(auto="Colours on a terminal, none elsewhere.", always="Colours everywhere.", never="No colours."),
]
"""When output is coloured."""

ToleranceUnit = Annotated[
    Literal["count", "percent"],
    Meanings(count="The amount is a number of items.", percent="The amount is a percentage of all items, 0 to 100."),
]
"""What an amount of failed items counts."""

MapMode = Annotated[
    Literal["inline", "distributed"],
    Meanings(
        inline="In the run's own execution.", distributed="Each item in an execution of its own: a distributed Map."
    ),
]
"""How Step Functions runs a map."""

CallKind = Annotated[
    Literal["task.call", "task.aws", "task.http", "task.script", "task.command", "task.container", "task.read"],
    Meanings(
        **{
            "task.call": "Calls a function of the user's.",
            "task.aws": "Calls an AWS service.",
            "task.http": "Makes an HTTP request.",
            "task.script": "Runs a Python script.",
            "task.command": "Runs a process.",
            "task.container": "Runs a container.",
            "task.read": "Reads the items of a map from a file.",
        }
    ),
]
"""What an operation that calls a function does."""

EdgeKind = Annotated[
    Literal["data", "order"],
    Meanings(data="The target uses the source's result.", order="The target only waits for the source to end."),
]
"""Why an operation follows another one."""

RunStatus = Annotated[
    Literal["succeeded", "failed", "interrupted"],
    Meanings(
        succeeded="Every step ended well, was skipped, or its failure was dealt with.",
        failed="A step failed, and nothing dealt with it.",
        interrupted="It was stopped; `specc run --resume` goes on with it.",
    ),
]
"""How a run ended."""

Stream = Annotated[
    Literal["stdout", "stderr", "logging"],
    Meanings(stdout="Standard output.", stderr="Standard error.", logging="Python's module `logging`, with a level."),
]
"""Where a line of a step was written to."""
