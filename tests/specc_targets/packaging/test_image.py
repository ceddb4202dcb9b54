"""The context of an image: its content, and, where an engine answers, the image."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from specc.targets import TargetError

DOCKERFILE = """\
# The steps of a spec, for every engine.
ARG PYTHON=3.12
# To pin the base: docker build --build-arg BASE=public.ecr.aws/lambda/python@sha256:...
ARG BASE=public.ecr.aws/lambda/python:${PYTHON}
FROM ${BASE}

WORKDIR ${LAMBDA_TASK_ROOT}
COPY requirements/ /tmp/requirements/
RUN cd /tmp/requirements \\
    && python -m pip install --no-cache-dir --disable-pip-version-check --target "${LAMBDA_TASK_ROOT}" -r requirements.txt \\
    && rm -rf /tmp/requirements

COPY app/ ./
RUN python -m compileall -q .

USER 1000:1000
ENTRYPOINT ["/var/task/specc-entry.sh"]
CMD ["specc_runtime.lambda_handler.handler"]
"""
IMAGE = 'format = "image"\n'
WITH = IMAGE + 'requirements = "requirements.txt"\n'


def files(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_context(project) -> None:
    project.write({"requirements.txt": "-c limits.txt\ntiny==1.0 # one\n", "limits.txt": "other<2\n", "a.csv": "1"})
    outcome = project.build(WITH + 'include = ["a.csv"]\n')
    assert outcome.codes == []
    context = outcome.made.image_context
    assert context is not None
    found = files(context)
    assert found["Dockerfile"].decode() == DOCKERFILE.replace(
        "-r requirements.txt", "-r requirements.txt -c constraints.txt"
    )
    assert found["requirements/requirements.txt"] == b"tiny==1.0\n"
    assert found["requirements/constraints.txt"] == b"other<2\n"
    assert found["app/a.csv"] == b"1"
    assert {"app/work.py", "app/specc_runtime/lambda_handler.py", ".dockerignore"} <= set(found)
    assert outcome.made.archive is None
    assert outcome.made.data["archive"] is None


def test_without_requirements_nothing_is_installed(project) -> None:
    context = project.build(IMAGE).made.image_context
    install = DOCKERFILE.index("COPY requirements/"), DOCKERFILE.index("COPY app/")
    assert (context / "Dockerfile").read_text() == DOCKERFILE[: install[0]] + DOCKERFILE[install[1] :]
    assert not (context / "requirements").exists()


def test_name_and_tag_are_those_of_the_content(project) -> None:
    old = os.umask(0o077)
    try:
        first = project.build(IMAGE).made.image
    finally:
        os.umask(old)
    again = project.build(IMAGE, "elsewhere").made.image
    assert first.path.name == again.path.name == f"birds-image-{first.sha256[:16]}"
    assert first.tag == f"specc-birds:{first.sha256[:16]}"
    modes = [{path.name: path.stat().st_mode & 0o777 for path in item.path.rglob("*")} for item in (first, again)]
    assert modes[0] == modes[1]
    assert (modes[0]["specc-entry.sh"], modes[0]["work.py"], modes[0]["app"]) == (0o755, 0o644, 0o755)
    assert first.build[:4] == ("docker", "build", "--platform", "linux/arm64")
    project.write({"work.py": "def do(x): return 0\n"})
    changed = project.build(IMAGE).made.image
    assert changed.tag != first.tag
    assert not first.path.exists(), "what the earlier build has made is gone"
    assert project.build(IMAGE + 'arch = "x86_64"\n').made.image.build[3] == "linux/amd64"


def test_wheels_that_a_list_names_are_in_the_context(project) -> None:
    project.write({"requirements.txt": "./wheels/tiny-1.0-py3-none-any.whl\n", "wheels/tiny-1.0-py3-none-any.whl": "w"})
    found = files(project.build(WITH).made.image_context)
    assert found["requirements/wheels/tiny-1.0-py3-none-any.whl"] == b"w"


def test_a_password_never_gets_into_the_context(project) -> None:
    project.write({"requirements.txt": "--extra-index-url https://me:hunter2@packages.example/simple\ntiny==1.0\n"})
    with pytest.raises(TargetError, match="names an address with a password") as told:
        project.build(WITH)
    assert "hunter2" not in str(told.value)
    assert not list(project.root.glob("out/*"))


def test_steps_in_containers_get_an_image_beside_the_archive(project) -> None:
    text = '[compute.big]\nengine = "batch"\nmemory = "8GiB"\nvcpu = 2\n[steps.more]\ncall = "work:do"\nwith.x = 1\n'
    outcome = project.build(text + 'compute = "big"\n')
    assert outcome.made.archive is not None
    assert outcome.made.image is not None
    own = text.replace('engine = "batch"', 'engine = "batch"\nimage = "example.org/mine:1"')
    assert project.build(own + 'compute = "big"\n').made.image is None


def test_the_entry_point_hands_over_commands(project, tmp_path: Path) -> None:
    entry = project.build(IMAGE).made.image_context / "app/specc-entry.sh"
    done = subprocess.run([str(entry), "echo", "a b", "c"], capture_output=True, text=True, timeout=10, check=True)
    assert done.stdout == "a b c\n"
    handler = subprocess.run(
        [str(entry), "specc_runtime.lambda_handler.handler"], capture_output=True, timeout=10, check=False
    )
    assert handler.returncode
    assert b"/lambda-entrypoint.sh" in handler.stderr


def test_the_command_says_how_the_image_is_built(
    project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from specc.cli.shell import run

    image = project.build(IMAGE).made.image
    monkeypatch.chdir(project.root)
    assert run(["build", "birds.toml", "-o", "out"]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [f"out/{image.path.name}", "out/build.json"]
    assert told.err == f"build the image in out with: {' '.join(image.build)}\n"


@pytest.mark.slow
def test_docker_builds_it(project) -> None:
    docker = shutil.which("docker")
    if docker is None:
        pytest.skip("there is no docker")
    if subprocess.run([docker, "info"], capture_output=True, timeout=60, check=False).returncode:
        pytest.skip("no engine answers docker")
    context = project.build(IMAGE).made.image
    done = subprocess.run(
        context.build, cwd=context.path.parent, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr
