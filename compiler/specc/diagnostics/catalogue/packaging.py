"""What is shipped to AWS with the steps."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.targets import spec

_FILES = {
    "work.py": "def do(x=None):\n    return x\n",
    "table.py": "import pandas\n\n\ndef read(path: str) -> int:\n    return len(pandas.read_csv(path))\n",
    "requirements.txt": "humanize==4.9.0\n",
    "loose.txt": "humanize>=4\n",
    "data.csv": "day,rain\n",
    ".env": "TOKEN=1234\n",
    "fast.pyd": "MZ\n",
}


def _files(*names: str) -> dict[str, str]:
    return {name: _FILES[name] for name in ("work.py", *names)}


_CALL = '[steps.work]\ncall = "work:do"\n'

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC522",
        title="a list of requirements that is not there",
        why="Dependencies are shipped as a `uv.lock`, a `pyproject.toml` or a `requirements.txt` lists them. The path "
        "starts at the folder of the spec.",
        bad=spec(f'{_CALL}\n[package]\nrequirements = "uv.lock"'),
        good=spec(f'{_CALL}\n[package]\nrequirements = "requirements.txt"'),
        files=_files("requirements.txt"),
    ),
    Entry(
        code="SPC511",
        title="a pattern that names no file",
        why="What `package.include` names is shipped beside the code. A pattern without a match is a slip, or the file "
        "has still to be made. Patterns start at `package.root`; hidden files match only where the pattern writes the dot.",
        bad=spec(f'{_CALL}\n[package]\ninclude = ["*.tsv"]'),
        good=spec(f'{_CALL}\n[package]\ninclude = ["*.csv"]'),
        files=_files("data.csv"),
    ),
    Entry(
        code="SPC512",
        title="a pattern that leads out of the package",
        why="Only files below `package.root` are shipped, neither by `..` nor through a link, so that nothing of a machine "
        "gets into an archive by mistake.",
        bad=spec(f'{_CALL}\n[package]\ninclude = ["../data.csv"]'),
        good=spec(f'{_CALL}\n[package]\ninclude = ["data.csv"]'),
        files=_files("data.csv"),
    ),
    Entry(
        code="SPC513",
        title="a Python that Lambda does not have",
        why="Lambda has some versions of Python, and the runtime of specc needs 3.11 or later. Without `package.python` the "
        "version that compiles is taken.",
        bad=spec(f'{_CALL}\n[package]\npython = "3.9"'),
        good=spec(f'{_CALL}\n[package]\npython = "3.13"'),
        files=_files(),
        stage="build",
    ),
    Entry(
        code="SPC514",
        title="no wheel for the platform",
        why="Dependencies are shipped as wheels for `package.python` on Linux with the processor `package.arch`; nothing is "
        "compiled on the machine that builds. A package without such a wheel may have one for the other processor, and "
        "an image installs, and where needed builds, its dependencies by itself. (What there is depends on the package "
        "index, so there is no example.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC515",
        title="requirements that cannot be installed",
        why="uv, or pip where uv is not installed, has refused the list of requirements. Its last words are in the notes. "
        "(They depend on the package index, so there is no example.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC516",
        title="a secret that would be shipped",
        why="Whoever may read the function's code can read every file in it. Steps read secrets named under `[secrets]` from "
        "where they are kept.",
        bad=spec(f'{_CALL}\n[package]\ninclude = [".env"]'),
        good=spec(f'{_CALL}\n[package]\ninclude = ["data.csv"]'),
        files=_files(".env", "data.csv"),
        stage="build",
    ),
    Entry(
        code="SPC517",
        title="more than Lambda takes",
        why="The code of a function and all of its layers may have 250 MB unzipped; an image may have 10 GB. (The example "
        "would be as large.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC518",
        title="native code for another system",
        why="Steps run on Linux, with the Python and the processor that `[package]` says. A library or an extension module "
        "that was built for another system cannot be loaded there.",
        bad=spec(f'{_CALL}\n[package]\ninclude = ["fast.pyd"]'),
        good=spec(f'{_CALL}\n[package]\ninclude = ["data.csv"]'),
        files=_files("fast.pyd", "data.csv"),
        stage="build",
    ),
    Entry(
        code="SPC519",
        title="requirements that pin nothing",
        why="Without versions two builds may ship different code, and code that nobody has tried.",
        bad=spec(f'{_CALL}\n[package]\nformat = "image"\npython = "3.13"\nrequirements = "loose.txt"'),
        good=spec(f'{_CALL}\n[package]\nformat = "image"\npython = "3.13"\nrequirements = "requirements.txt"'),
        files=_files("loose.txt", "requirements.txt"),
        stage="build",
    ),
    Entry(
        code="SPC520",
        title="a module that hides a dependency",
        why="A module or package of the project comes first when its name is also that of a dependency, locally as on AWS. "
        "Other dependencies that need the hidden one break. (The example would need an installed package.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC521",
        title="an import that finds nothing on AWS",
        why="What is installed on this machine is not there. Everything but the standard library, `boto3` and the project's "
        "own modules has to be required. Imports in a `try` that catches `ImportError`, and those for type checkers only, "
        "are not asked for.",
        bad=spec('[steps.read]\ncall = "table:read"\nwith.path = "data.csv"'),
        good=spec(_CALL),
        files=_files("table.py"),
        stage="build",
    ),
)
