"""What editors insert for a step of each action (yaml-language-server's `defaultSnippets`)."""

from typing import Any

SNIPPETS: dict[str, dict[str, Any]] = {
    "call": {
        "label": "call a Python function",
        "body": {"call": "${1:module}:${2:function}", "with": {"${3:argument}": "${4:value}"}},
    },
    "script": {"label": "run a Python script", "body": {"script": "${1:train.py}", "argv": ["${2:--verbose}"]}},
    "command": {
        "label": "run a process",
        "body": {"command": ["${1:echo}", "${2:hello}"], "result": "${3|text,json,exit|}"},
    },
    "container": {
        "label": "run a container",
        "body": {"container": {"image": "${1:python:3.12-slim}", "command": ["${2:python}"]}},
    },
    "aws": {
        "label": "call an AWS service",
        "body": {"aws": "${1:dynamodb:putItem}", "with": {"${2:TableName}": "${3:table}"}},
    },
    "http": {
        "label": "make an HTTP request",
        "body": {"http": {"method": "${1|GET,POST|}", "url": "${2:https://example.org}"}},
    },
    "wait": {"label": "pause", "body": {"wait": "${1:30s}"}},
    "approve": {"label": "ask a person", "body": {"approve": {"by": ["${1:role:owner}"], "timeout": "${2:24h}"}}},
    "agent": {"label": "give a task to an agent", "body": {"agent": {"type": "${1:doc.write}", "prompt": "${2:...}"}}},
    "pipeline": {
        "label": "run another spec",
        "body": {"pipeline": "${1:other.toml}", "with": {"${2:parameter}": "${3:value}"}},
    },
    "steps": {"label": "a group of steps", "body": {"steps": {"${1:first}": {"call": "${2:module}:${3:function}"}}}},
}
"""Snippets by action."""
