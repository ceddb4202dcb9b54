"""The files of a project beside its program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from specc_targets.pulumi.settings import dump

if TYPE_CHECKING:
    from specc_targets.aws.deployment import Stack

REQUIREMENTS = "pulumi>=3.272,<4\npulumi-aws>=7.51,<8\n"
DEFAULT_STACK = "default"
"""What the stack is called where the spec is compiled for none."""
ENDPOINTS = ("batch", "cloudwatch", "ec2", "ecs", "events", "iam", "lambda", "logs", "s3", "scheduler", "sfn", "sts")
"""The services that a program's resources are made with, as the provider calls them."""


def project_file(name: str, description: str, virtualenv: str | None) -> str:
    """`Pulumi.yaml`. `virtualenv` is the folder of the environment that runs the program, made where it is missing."""
    runtime: dict[str, Any] = {"name": "python"}
    if virtualenv is not None:
        runtime["options"] = {"toolchain": "pip", "virtualenv": virtualenv}
    return dump({"name": name, "description": description, "runtime": runtime})


def stack_file(stack: Stack, endpoint: str | None) -> str:
    """`Pulumi.<stack>.yaml`: where the stack is."""
    config: dict[str, Any] = {}
    if stack.region is not None:
        config["aws:region"] = stack.region
    if endpoint is not None:
        config |= {
            "aws:accessKey": "emulator",
            "aws:secretKey": "emulator",
            "aws:endpoints": [dict.fromkeys(ENDPOINTS, endpoint)],
            "aws:s3UsePathStyle": True,
            "aws:skipCredentialsValidation": True,
            "aws:skipMetadataApiCheck": True,
            "aws:skipRegionValidation": True,
        }
    return dump({"config": config})
