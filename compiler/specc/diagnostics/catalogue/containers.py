"""Steps that Batch and ECS run."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.targets import spec

_WORK = {"work.py": "def do(x=None, y=None):\n    return x\n"}
_CALL = '[steps.work]\ncall = "work:do"\ncompute = "big"\n'
_CONTAINER = '[steps.train]\ncontainer = { image = "python:3.12-slim", command = ["python", "-V"] }\n'
_LONG = "s" * 41
_BIG = '[compute.big]\nengine = "batch"\n'


def _profile(*lines: str) -> str:
    return spec("[compute.big]\n" + "".join(f"{line}\n" for line in lines) + f"\n{_CALL}")


def _entry(code: str, title: str, why: str, bad: str, good: str) -> Entry:
    return Entry(code=code, title=title, why=why, bad=bad, good=good, files=_WORK, stage="compile")


ENTRIES: tuple[Entry, ...] = (
    _entry(
        "SPC450",
        "a task on ECS without subnets",
        "Each task on Fargate has a network interface of its own, and only you know in which network of your account it "
        "may be. Subnets without a route to the internet need endpoints for ECR, S3 and CloudWatch Logs.",
        _profile('engine = "ecs"'),
        _profile('engine = "ecs"', 'subnets = ["subnet-0a1b2c3d"]'),
    ),
    _entry(
        "SPC451",
        "no container of that size",
        "Fargate sells certain numbers of vCPUs, each with a range of memory. Memory within the range is rounded up to "
        "the next step; a size outside of it would be refused when the job starts. What a profile does not say is the "
        "least that fits: one vCPU and 2 GiB where it says nothing.",
        _profile('engine = "batch"', "vcpu = 1", 'memory = "32GiB"'),
        _profile('engine = "batch"', "vcpu = 8", 'memory = "32GiB"'),
    ),
    _entry(
        "SPC452",
        "no GPU on this engine",
        "Lambda functions and Fargate have no GPUs. Batch starts hosts that have some; their processors are x86_64, "
        "where `[package]` makes an image for arm64 unless it says otherwise.",
        _profile('engine = "ecs"', 'subnets = ["subnet-0a1b2c3d"]', "gpu = 1"),
        _profile('engine = "batch"', "gpu = 1", "", "[package]", 'arch = "x86_64"'),
    ),
    Entry(
        code="SPC453",
        title="a name that is too long for a job",
        why="The name of the spec, that of the stack and that of the compute profile are parts of the names of job "
        "definitions and queues, which have at most 128 characters.",
        bad=spec(f"[stacks.{_LONG}]\n\n{_BIG}\n{_CALL}".replace("big", "b" * 40), name="n" * 40),
        good=spec(f"[stacks.{_LONG}]\n\n{_BIG}\n{_CALL}"),
        files=_WORK,
        stage="compile",
        stack=_LONG,
    ),
    _entry(
        "SPC454",
        "a container on Lambda",
        "A Lambda function runs Python code that is shipped with the spec, and no other image. Batch and ECS do.",
        spec(_CONTAINER),
        spec(f'{_BIG}\n{_CONTAINER}compute = "big"'),
    ),
    _entry(
        "SPC455",
        "an image that is known only in a run",
        "The image is part of the job definition, which is made once, when the spec is deployed. The command and the "
        "environment may be computed in a run.",
        spec(
            f'{_BIG}\n[params.tag]\ntype = "string"\n[steps.train]\ncompute = "big"\n'
            'container = { image = "trainer:${params.tag}", command = ["train"] }'
        ),
        spec(
            f'{_BIG}\n[params.tag]\ntype = "string"\n[steps.train]\ncompute = "big"\n'
            'container = { image = "trainer:1", command = ["train", "${params.tag}"] }'
        ),
    ),
    _entry(
        "SPC456",
        "the output of a container on AWS",
        "Batch and ECS send what a container prints to CloudWatch Logs and tell only its exit status. Local runs have "
        "the output, too.",
        spec(f'{_BIG}\n{_CONTAINER}compute = "big"\nresult = "text"'),
        spec(f'{_BIG}\n{_CONTAINER}compute = "big"\nresult = "exit"'),
    ),
    _entry(
        "SPC457",
        "shorter than a job's limit can be",
        "Batch ends a container after 60 seconds at the earliest. Python functions watch their own time and end earlier; "
        "a container of your own does not.",
        spec(f'{_BIG}\n{_CONTAINER}compute = "big"\ntimeout = "30s"'),
        spec(f'{_BIG}\n{_CONTAINER}compute = "big"\ntimeout = "60s"'),
    ),
)
"""SPC450-SPC457."""
