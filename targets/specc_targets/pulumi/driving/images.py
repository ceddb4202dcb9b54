"""Images for steps in containers: what is said of one that is missing, and of one that may become another."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Any

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def how_to_push(data: Mapping[str, Any]) -> str:
    """What to do where there is none; `data` is what the build says of itself."""
    how = shlex.join(map(str, (data.get("image") or {}).get("build") or ("specc", "build")))
    return (
        f"steps of this spec run in a container: build and push its image (`{how}`), "
        "then give its address with `--image`"
    )


def is_fixed(image: str) -> bool:
    """Whether an address names always the same image."""
    return bool(_DIGEST.search(image))


def warning(image: str) -> str:
    """What is said of one that does not."""
    return (
        f"warning: `{image}` names no digest, and Lambda and Batch do not notice when something else is pushed under "
        "the same name: give `NAME@sha256:...`, which `docker inspect --format '{{index .RepoDigests 0}}' "
        f"{shlex.quote(image)}` says once it is pushed, or `aws ecr describe-images`"
    )
