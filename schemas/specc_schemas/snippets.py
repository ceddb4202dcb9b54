"""What editors insert as a whole (`defaultSnippets` of yaml-language-server and VS Code): texts with places to fill in.

A place is `${1:text}`, a choice `${1|one,two|}`; an expression of the language is written with `\\$`. A snippet whose
places are left as they are is valid where it is offered. yaml-language-server writes an empty list as nothing, and no
quotes around a key, so neither an empty list nor `*` is in one.
"""

from typing import Any

Snippet = dict[str, Any]


def _snippet(label: str, body: Any, description: str) -> Snippet:
    return {"label": label, "description": description, "body": body}


_MAP = {"each": {"${3:row}": "\\${${4:steps.list}}"}, "max_parallel": "${5:10}", "tolerate": "${6:1%}"}
ACTION_SNIPPETS: dict[str, list[Snippet]] = {
    "call": [
        _snippet(
            "call a Python function",
            {"call": "${1:module}:${2:function}", "with": {"${3:argument}": "${4:value}"}},
            "One call of a function, with its arguments.",
        ),
        _snippet(
            "map: call a function for each item",
            {"call": "${1:module}:${2:function}", **_MAP},
            "Fan out over a list: some items at a time, a few of which may fail.",
        ),
        _snippet(
            "call a function, with retries and a way out",
            {
                "call": "${1:module}:${2:function}",
                "timeout": "${3:5m}",
                "retry": {"max": "${4:2}", "delay": "${5:1s}", "on": ["${6:TimeoutError}"]},
                "on_error": {"${7:ValueError}": {"use": "${8:none}"}},
            },
            "A call that may take so long, is tried again, and has a result when it fails.",
        ),
    ],
    "script": [
        _snippet(
            "run a Python script",
            {"script": "${1:train.py}", "argv": ["${2:--verbose}"]},
            "As `python script.py` would.",
        ),
        _snippet(
            "run a Python script with other values",
            {"script": "${1:train.py}", "globals": {"${2:lr}": "${3:0.1}"}, "outputs": ["${4:accuracy}"]},
            "Values are put in where the script first binds its globals; the result is what others are at the end.",
        ),
    ],
    "module": [
        _snippet(
            "run a Python module",
            {"module": "${1:training.main}", "argv": ["${2:--verbose}"]},
            "As `python -m module` would.",
        )
    ],
    "command": [
        _snippet(
            "run a process",
            {"command": ["${1:echo}", "${2:hello}"], "result": "${3|text,json,exit|}"},
            "A program with its arguments, without a shell.",
        )
    ],
    "container": [
        _snippet(
            "run a container",
            {"container": {"image": "${1:python:3.12-slim}", "command": ["${2:python}", "${3:-V}"]}},
            "An image, and what to run in it.",
        )
    ],
    "aws": [
        _snippet(
            "call an AWS service",
            {"aws": "${1:dynamodb:putItem}", "with": {"${2:TableName}": "${3:table}"}},
            "A call of the SDK, with its parameters.",
        )
    ],
    "http": [
        _snippet(
            "make an HTTP request",
            {"http": {"method": "${1|GET,POST,PUT,PATCH,DELETE|}", "url": "${2:https://example.org}"}},
            "A request whose answer is the result.",
        )
    ],
    "wait": [
        _snippet("pause", {"wait": "${1:30s}"}, "For so long."),
        _snippet(
            "pause until a moment",
            {"wait": {"until": "\\${${1:steps.plan.starts_at}}"}},
            "Up to a time stamp that a step gives.",
        ),
    ],
    "approve": [
        _snippet(
            "ask a person",
            {
                "approve": {
                    "by": ["${1:role:owner}"],
                    "message": "${2:may it go on?}",
                    "timeout": "${3:24h}",
                    "on_timeout": "${4|reject,approve|}",
                }
            },
            "Wait until somebody decides.",
        )
    ],
    "agent": [
        _snippet(
            "give a task to an agent",
            {"agent": {"type": "${1:doc.write}", "prompt": "${2:...}"}},
            "A task with a prompt.",
        )
    ],
    "pipeline": [
        _snippet(
            "run another spec",
            {"pipeline": "${1:other.toml}", "with": {"${2:parameter}": "${3:value}"}},
            "Another spec as one step, with its parameters.",
        )
    ],
    "steps": [
        _snippet(
            "a group of steps", {"steps": {"${1:first}": {"call": "${2:module}:${3:function}"}}}, "A graph of its own."
        ),
        _snippet(
            "map: several steps for each item",
            {
                "each": {"${1:row}": "\\${${2:steps.list}}"},
                "max_parallel": "${3:10}",
                "steps": {
                    "${4:fetch}": {"call": "${5:module}:${6:fetch}", "with": {"${7:row}": "\\${${1:row}}"}},
                    "${8:parse}": {"call": "${5:module}:${9:parse}", "with": {"${10:page}": "\\${steps.${4:fetch}}"}},
                },
            },
            "Fan out over a list, with a graph of its own for each item.",
        ),
    ],
}
"""Snippets of a step by its action."""

TABLE_SNIPPETS: dict[str, list[Snippet]] = {
    "PipelineSpec": [
        _snippet(
            "a small pipeline",
            {
                "specc": 1,
                "kind": "pipeline",
                "name": "${1:my-pipeline}",
                "params": {"limit": {"type": "integer", "default": "${2:3}", "minimum": 1}},
                "steps": {
                    "list": {"call": "${3:module}:list_items", "with": {"limit": "\\${params.limit}"}},
                    "work": {
                        "call": "${3:module}:work",
                        "each": {"row": "\\${steps.list}"},
                        "max_parallel": "${4:10}",
                    },
                    "join": {"call": "${3:module}:join", "with": {"results": "\\${steps.work}"}},
                },
                "outputs": {"result": "\\${steps.join}"},
                "tests": [
                    {
                        "name": "${5:one item}",
                        "params": {"limit": 1},
                        "mock": {"list": ["${6:goose}"], "work": ["${7:flappy goose}"], "join": "${7:flappy goose}"},
                        "expect": {"outputs": {"result": "${7:flappy goose}"}},
                    }
                ],
            },
            "A parameter, a list, work on each of its items, a result, and a test.",
        )
    ],
    "Parameter": [
        _snippet(
            "a number",
            {"type": "integer", "default": "${1:3}", "minimum": "${2:1}"},
            "A whole number, with a least value.",
        ),
        _snippet(
            "one of a few values",
            {"type": "string", "default": "${1:day}", "enum": ["${1:day}", "${2:month}"]},
            "A text out of a list.",
        ),
        _snippet(
            "a list of texts",
            {"type": "array", "items": {"type": "string"}, "minItems": "${1:1}"},
            "With at least one.",
        ),
    ],
    "Retry": [
        _snippet(
            "retries",
            {
                "max": "${1:2}",
                "delay": "${2:1s}",
                "backoff": "${3:2.0}",
                "max_delay": "${4:1m}",
                "on": ["${5:TimeoutError}"],
            },
            "So many, after delays that grow, of some errors.",
        )
    ],
    "ComputeProfile": [
        _snippet(
            "lambda",
            {"engine": "lambda", "memory": "${1:512MiB}", "timeout": "${2:5m}"},
            "A function: up to 15 minutes.",
        ),
        _snippet(
            "batch",
            {
                "engine": "batch",
                "vcpu": "${1:8}",
                "memory": "${2:32GiB}",
                "timeout": "${3:2h}",
                "subnets": ["${4:subnet-0a1b2c3d}"],
                "security_groups": ["${5:sg-0a1b2c3d}"],
            },
            "A job: long, large, with GPUs.",
        ),
        _snippet(
            "ecs",
            {"engine": "ecs", "vcpu": "${1:2}", "memory": "${2:8GiB}", "subnets": ["${3:subnet-0a1b2c3d}"]},
            "A task on Fargate: long.",
        ),
    ],
    "OnError": [
        _snippet("use a value", {"use": "${1:none}"}, "The step's result when it fails."),
        _snippet("run a step", {"run": "${1:cleanup}"}, "Its result is used when the step fails."),
    ],
    "Trigger": [
        _snippet(
            "schedule",
            {"schedule": {"cron": "${1:0 9 * * 1-5}", "timezone": "${2:UTC}"}},
            "At these times: minute, hour, day of month, month, day of week.",
        ),
        _snippet("rate", {"schedule": {"rate": "${1:1h}"}}, "Once every so long."),
        _snippet(
            "event: a file in S3",
            {
                "event": {"source": "aws.s3", "bucket": "${1:incoming}", "prefix": "${2:raw/}"},
                "with": {"${3:key}": "\\${event.detail.object.key}"},
            },
            "When a file is written.",
        ),
        _snippet(
            "event: anything on EventBridge",
            {
                "event": {"source": "${1:shop}", "detail_type": "${2:Order Placed}"},
                "with": {"${3:order}": "\\${event.detail.id}"},
            },
            "When it happens.",
        ),
    ],
    "TestCase": [
        _snippet(
            "test: outputs",
            {
                "name": "${1:one bird}",
                "mock": {"${2:step}": ["${3:goose}"]},
                "expect": {"outputs": {"${4:output}": "${5:value}"}},
            },
            "Some steps replaced by results, and what must come of it.",
        ),
        _snippet(
            "test: an error",
            {
                "name": "${1:no answer}",
                "mock": {"${2:step}": {"error": "${3:TimeoutError}"}},
                "expect": {"error": "${3:TimeoutError}"},
            },
            "A step that fails, and what the run fails with.",
        ),
    ],
}
"""Snippets by the model of the table that they fill."""

KEY_SNIPPETS: dict[tuple[str, str], list[Snippet]] = {
    ("Root", "secrets"): [
        _snippet(
            "secrets",
            {"${1:API_KEY}": "${2|env:API_KEY,file:/run/secrets/key,ssm:/prod/key,secretsmanager:prod#key|}"},
            "Where a secret is read when a step runs: the environment, a file, or a service of AWS.",
        )
    ],
    ("Step", "on_error"): [
        _snippet(
            "on_error", {"${1:ValueError}": {"use": "${2:none}"}}, "A result for when the step fails with this error."
        ),
    ],
    ("Step", "each"): [_snippet("each", {"${1:row}": "\\${${2:steps.list}}"}, "A list, and the name of its items.")],
}
"""Snippets by model and key, where the value is no model."""
