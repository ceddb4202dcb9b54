"""Reading the file: what cannot be read as a document at all."""

from specc.diagnostics.catalogue.entry import Entry

_HEAD = 'specc = 1\nkind = "pipeline"\nname = "example"\n'
_STEP = '\n[steps.pause]\nwait = "1s"\n'
_GOOD = _HEAD + _STEP
_BASE = {"base.toml": '[steps.pause]\nwait = "1s"\n'}
_GOOD_BASE = _HEAD + 'extends = ["base.toml"]\n'
_YAML_HEAD = "specc: 1\nkind: pipeline\nname: example\n"
_YAML_STEP = 'steps:\n  pause: {wait: "1s"}\n'
_YAML_GOOD = _YAML_HEAD + _YAML_STEP
_JSON_GOOD = '{\n  "specc": 1,\n  "kind": "pipeline",\n  "name": "example",\n  "steps": {"pause": {"wait": "1s"}}\n}\n'

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC001",
        title="no such file",
        why="The spec, or a file that it extends, is not there. Paths in `extends` start from the file that names "
        "them.",
        bad=_HEAD + 'extends = ["bsae.toml"]\n' + _STEP,
        good=_GOOD_BASE,
        files=_BASE,
    ),
    Entry(
        code="SPC002",
        title="file cannot be read",
        why="A spec is a regular file that you may read. Directories, pipes and devices are refused rather than "
        "waited for.",
        bad=_HEAD + 'extends = ["."]\n' + _STEP,
        good=_GOOD_BASE,
        files=_BASE,
    ),
    Entry(
        code="SPC003",
        title="file too large",
        why="A spec of more than 8 MiB is surely not one: data belong in files of their own, whose paths are "
        "parameters. (There is no example here, for it would be that long.)",
        bad="",
        good="",
    ),
    Entry(
        code="SPC004",
        title="unknown format",
        why="The suffix of a file says how it is read: `.toml`, `.yaml`, `.yml` or `.json`.",
        bad=_HEAD + 'extends = ["base.ini"]\n' + _STEP,
        good=_GOOD_BASE,
        files={**_BASE, "base.ini": "[steps.pause]\nwait=1s\n"},
    ),
    Entry(
        code="SPC005",
        title="not UTF-8 text",
        why="Specs are UTF-8 text, with or without a byte order mark. Other encodings (such as UTF-16, which some "
        "editors on Windows write) and files with NUL characters, as in this example, are refused.",
        bad=_GOOD.replace("1s", "1\0s"),
        good=_GOOD,
    ),
    Entry(
        code="SPC010",
        title="not TOML",
        why="The text does not follow the grammar of TOML. Most often text lacks quotes, a string or a bracket is "
        "not closed, or `:` stands where `=` belongs.",
        bad=_HEAD + "\n[steps.pause]\nwait = 1s\n",
        good=_GOOD,
    ),
    Entry(
        code="SPC011",
        title="not YAML",
        why="The text does not follow the grammar of YAML. Most often the indentation is uneven or has tabs, or "
        "text that holds `: ` or begins with a sign lacks quotes.",
        bad=_YAML_HEAD + "steps:\n\tpause: {wait: 1s}\n",
        good=_YAML_GOOD,
        format="yaml",
    ),
    Entry(
        code="SPC012",
        title="not JSON",
        why="The text does not follow the grammar of JSON, which has no comments, no single quotes and no comma "
        "after the last item.",
        bad=_JSON_GOOD.replace("}}\n}", "}},\n}"),
        good=_JSON_GOOD,
        format="json",
    ),
    Entry(
        code="SPC013",
        title="key given twice",
        why="Two values for one key: one of them would be dropped silently, so neither is taken. This holds in "
        "all formats.",
        bad=_GOOD + 'wait = "2s"\n',
        good=_GOOD,
    ),
    Entry(
        code="SPC014",
        title="nested too deep",
        why="Tables and lists nest at most 64 deep, and a dotted key has at most 64 parts.",
        bad=_HEAD + '\n[params.grid]\ntype = "array"\ndefault = ' + "[" * 70 + "]" * 70 + "\n" + _STEP,
        good=_HEAD + '\n[params.grid]\ntype = "array"\ndefault = [[1, 2], [3, 4]]\n' + _STEP,
    ),
    Entry(
        code="SPC015",
        title="number is not finite",
        why="Values travel between steps as JSON, which has no infinity and no NaN; a number of thousands of "
        "digits is refused too.",
        bad=_HEAD + '\n[params.limit]\ntype = "number"\ndefault = inf\n' + _STEP,
        good=_HEAD + '\n[params.limit]\ntype = "number"\ndefault = 1e9\n' + _STEP,
    ),
    Entry(
        code="SPC016",
        title="key is not text",
        why="In YAML a key may be a number, a boolean or a list; in TOML and JSON it cannot. Quote it.",
        bad=_YAML_GOOD + "params:\n  names: {type: object, default: {1: first}}\n",
        good=_YAML_GOOD + 'params:\n  names: {type: object, default: {"1": first}}\n',
        format="yaml",
    ),
    Entry(
        code="SPC017",
        title="tag in YAML",
        why="Tags such as `!include` or `!!python/name:os.system` make YAML mean something else for every reader. "
        "Only the tags of YAML's own core types are taken.",
        bad=_YAML_HEAD + "steps:\n  pause: {wait: !seconds 1s}\n",
        good=_YAML_GOOD,
        format="yaml",
    ),
    Entry(
        code="SPC018",
        title="alias in YAML that cannot be followed",
        why="An alias stands for a value with an anchor before it: not for itself, not for nothing, and all "
        "aliases of a file together for at most 100,000 values (a few lines of nested aliases could fill any "
        "memory).",
        bad=_YAML_GOOD + "env: {A: &level INFO, B: *levle}\n",
        good=_YAML_GOOD + "env: {A: &level INFO, B: *level}\n",
        format="yaml",
    ),
    Entry(
        code="SPC019",
        title="merge key in YAML",
        why="YAML 1.2 has no merge keys (`<<`), and TOML and JSON could not say the same. Put what steps share "
        'under `defaults`, or in a file that the spec extends. A quoted `"<<"` is an ordinary key.',
        bad=_YAML_HEAD + 'steps:\n  first: &pause {wait: "1s"}\n  second:\n    <<: *pause\n',
        good=_YAML_HEAD + 'steps:\n  first: &pause {wait: "1s"}\n  second: *pause\n',
        format="yaml",
    ),
    Entry(
        code="SPC020",
        title="several YAML documents",
        why="One file holds one spec, so nothing may follow a `---` in the middle.",
        bad=_YAML_GOOD + "---\n" + _YAML_GOOD,
        good="---\n" + _YAML_GOOD,
        format="yaml",
    ),
    Entry(
        code="SPC021",
        title="not a table",
        why="A spec is a table of keys and values; a list, a text or a number alone is none.",
        bad="- specc: 1\n",
        good=_YAML_GOOD,
        format="yaml",
    ),
    Entry(
        code="SPC022",
        title="half a character",
        why="JSON can escape half of a surrogate pair, which is no character and cannot be written as UTF-8.",
        bad=_JSON_GOOD.replace('"name"', '"description": "\\ud83d",\n  "name"'),
        good=_JSON_GOOD.replace('"name"', '"description": "\\ud83d\\udc26",\n  "name"'),
        format="json",
    ),
    Entry(
        code="SPC030",
        title="`extends` is not a list of paths",
        why="`extends` lists the files that are merged under this one; of several, later ones win over earlier ones.",
        bad=_HEAD + 'extends = "base.toml"\n' + _STEP,
        good=_GOOD_BASE,
        files=_BASE,
    ),
    Entry(
        code="SPC032",
        title="files extend each other in a circle",
        why="A file that extends itself, directly or through others, has no meaning.",
        bad=_HEAD + 'extends = ["loop.toml"]\n' + _STEP,
        good=_GOOD_BASE,
        files={**_BASE, "loop.toml": 'extends = ["example.toml"]\n'},
    ),
    Entry(
        code="SPC033",
        title="`extends` names no relative path",
        why="What a spec is made of must be beside it, wherever it is checked out: URLs and absolute paths are "
        "refused. `../shared.toml` is fine.",
        bad=_HEAD + 'extends = ["https://example.org/base.toml"]\n' + _STEP,
        good=_GOOD_BASE,
        files=_BASE,
    ),
    Entry(
        code="SPC034",
        title="`extends` goes too far",
        why="Files extend each other at most 16 deep, and a spec is made of at most 64 files and 32 MiB together. "
        "(There is no example here, for it would take that many files.)",
        bad="",
        good="",
    ),
)
"""In order of their codes."""
