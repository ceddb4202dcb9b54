"""What runs on AWS, as files: one artifact for all steps of a spec.

    from specc.frontend import check
    from specc_targets.packaging import build

    compilation = check("birds.toml", stack="dev")
    built = build(compilation, Path("build/birds/package"))   # None: see compilation.diagnostics
    built.archive, built.sha256, built.size, built.unzipped_size
    built.layers           # archives of dependencies: path, sha256, size, unzipped_size
    built.image            # context of an image: path, sha256, tag, and the command that builds it; or None
    built.data             # the content of build.json, JSON

`build` writes into the folder that it is given and nowhere else, but for a cache of installed dependencies in the state
directory. The same sources give the same bytes in any folder, at any time and on any machine; only which dependencies
are installed may depend on the network, when they are not pinned. Names of files hold their hash, so whoever deploys
uploads under that name and ships exactly when code has changed.
"""

from specc_targets.packaging.archive import Archive
from specc_targets.packaging.building import Built, build
from specc_targets.packaging.image import Context

__all__ = ["Archive", "Built", "Context", "build", "driver"]


class Packaging:
    """What the command `specc build` calls."""

    build = staticmethod(build)


def driver() -> Packaging:
    """For the registry."""
    return Packaging()
