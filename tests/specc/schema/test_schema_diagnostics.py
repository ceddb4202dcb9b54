"""Every mistake of shape: one diagnostic, its code, the exact text it points at, and the help."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from specc.diagnostics import Diagnostic, Sink, Span
from specc.frontend import check
from specc.lowering import unsupported
from specc.schema import validate
from specc.schema.step_rules import SUGGESTED
from specc.source import load_spec, locate_diagnostics
from specc_schemas import ACTIONS

HEAD = 'specc = 1\nkind = "pipeline"\nname = "x"\n'
PAUSE = '[steps.pause]\nwait = "1s"\n'


def diagnose(text: str, format: str = "toml") -> tuple[list[Diagnostic], str]:
    sink = Sink()
    spec = load_spec(f"x.{format}", sink, text=text.encode())
    assert spec is not None, sink.diagnostics
    validate(spec, sink)
    return list(locate_diagnostics(sink.diagnostics, spec)), text


def pointed_at(found: Diagnostic, text: str, label: int = 0) -> str:
    span = found.labels[label].at
    assert isinstance(span, Span)
    assert span.start.line == span.end.line
    return text.split("\n")[span.start.line - 1][span.start.column - 1 : span.end.column - 1]


def only(body: str) -> tuple[Diagnostic, str]:
    found, text = diagnose(body)
    assert len(found) == 1, [(each.code, each.message) for each in found]
    return found[0], text


STEP = HEAD + '[steps.a]\ncall = "m:f"\n'

CASES = [
    # code, spec, text pointed at, part of the message, part of the help
    ("SPC101", STEP + 'timout = "5m"', "timout", "unknown key `timout` in step `a`", "`timeout`"),
    ("SPC101", STEP + 'Timeout = "5m"', "Timeout", "", "`timeout`"),
    ("SPC101", STEP + 'depends_on = ["b"]', "depends_on", "", "`after`"),
    ("SPC101", STEP + 'foreach = "${x}"', "foreach", "", "`each`"),
    ("SPC101", STEP + "retries = 3", "retries", "", "`retry`"),
    ("SPC101", STEP + 'if = "${x}"', "if", "", "`when`"),
    ("SPC101", STEP + "inputs = { a = 1 }", "inputs", "", "`with`"),
    ("SPC101", STEP + "concurrency = 4", "concurrency", "", "`max_parallel`"),
    ("SPC101", STEP + "timeout_seconds = 4", "timeout_seconds", "", "`timeout`"),
    ("SPC101", STEP + 'memory = "1GiB"', "memory", "", "`compute.memory`"),
    ("SPC101", STEP + "max_delay = 1", "max_delay", "", "`retry.max_delay`"),
    ("SPC101", STEP + "triggers = 1", "triggers", "", "to the top of the spec"),
    ("SPC101", STEP + "zzzzzz = 1", "zzzzzz", "", "`with.zzzzzz = 1`"),
    ("SPC101", HEAD + "[steps.a]\nwait = '1s'\nzzzzzz = 1", "zzzzzz", "", "an action is one of"),
    ("SPC101", HEAD + PAUSE + '[params.a]\ntype = "string"\noptional = true', "optional", "", "give the parameter a"),
    ("SPC103", HEAD + PAUSE + '[params.a]\ntype = "string"\nrequired = true', "true", "", "leave it out: a parameter"),
    ("SPC103", HEAD + PAUSE + '[params.a]\ntype = ["string", "null"]', '["string", "null"]', "one word", '`"string"`'),
    ("SPC103", HEAD + PAUSE + '[params]\na = "integer"', '"integer"', "", '`a.type = "integer"`'),
    ("SPC103", HEAD + PAUSE + "[params]\na = 3", "3", "", '`a.type = "integer"` and `a.default = 3`'),
    ("SPC103", HEAD + '[steps]\na = "fn:get"', '"fn:get"', "", '`a.call = "fn:get"`'),
    ("SPC103", HEAD + '[steps]\na = "5s"', '"5s"', "", '`a.wait = "5s"`'),
    ("SPC103", STEP + 'each = "${params.x}"', '"${params.x}"', "", '`each.item = "${params.x}"`'),
    ("SPC103", STEP + "each = [1, 2]", "[1, 2]", "", "`each.item = [1, 2]`"),
    ("SPC103", STEP + 'on_error = "skip"', '"skip"', "", '`on_error."*".use = 0`'),
    ("SPC103", STEP + 'on_error = "${steps.b}"', '"${steps.b}"', "", '`on_error."*".run = "b"`'),
    ("SPC103", STEP + "on_error.ValueError = 0", "0", "", "`on_error.ValueError.use = 0`"),
    ("SPC103", STEP + 'on_error.run = "${steps.h}"', '"${steps.h}"', "", '`on_error."*".run = "h"`'),
    ("SPC103", STEP + "repeat = 3", "3", "", "`repeat.max = 3`"),
    (
        "SPC103",
        HEAD + PAUSE + '[finally]\ncall = "m:f"',
        '"m:f"',
        "",
        '`call = "m:f"` under it, as in `[finally.fetch]`',
    ),
    ("SPC107", STEP + 'after = ["${steps.b.ok}"]', '"${steps.b.ok}"', "", 'alone: `"b"`'),
    ("SPC107", STEP + 'on_error.E.run = "${steps.h}"', '"${steps.h}"', "", 'alone: `"h"`'),
    ("SPC120", HEAD + PAUSE + "[finally.steps.c]\nwait = '1s'", "steps", "", "write `[finally.c]`"),
    ("SPC401", HEAD + '[steps.a]\nagent = "ls"', "agent", "not supported yet", "`call`"),
    ("SPC101", HEAD + PAUSE + "[step.b]\nwait = '1s'", "step", "in the spec", "`steps`"),
    ("SPC101", HEAD + "timeout = '5m'\n" + PAUSE, "timeout", "in the spec", "`defaults.timeout`"),
    ("SPC101", HEAD + PAUSE + "[stacks.dev]\nregio = 'eu-west-1'", "regio", "stack `dev`", "`region`"),
    ("SPC101", HEAD + PAUSE + "[stacks.dev]\ndefaults.retry.mx = 5", "mx", "`stacks.dev.defaults.retry`", "`max`"),
    ("SPC101", HEAD + PAUSE + "[compute.s]\nmem = '1GiB'", "mem", "compute profile `s`", "`memory`"),
    ("SPC101", HEAD + "[steps.g.steps.b]\nwait = '1s'\nwhenn = '${x}'", "whenn", "step `g/b`", "`when`"),
    ("SPC101", HEAD + "[steps.g]\ncal = 'm:f'", "cal", "step `g`", "`call`"),
    ("SPC102", HEAD + "[params.limit]\ndefault = 3\n" + PAUSE, "limit", "lacks the key `type`", 'type = "integer"'),
    (
        "SPC102",
        'specc = 1\nkind = "pipeline"\n' + PAUSE,
        "",
        "the spec lacks the key `name`",
        'name = "birds"',
    ),
    ("SPC103", STEP + 'each = "${steps.b}"', '"${steps.b}"', "must be a table", '`each.item = "${steps.b}"`'),
    ("SPC103", STEP + 'on_error = "ignore"', '"ignore"', "must be a table", '`on_error."*".use = 0`'),
    ("SPC103", HEAD + '[[steps]]\ncall = "m:f"', "[[steps]]", "must be a table", "`[steps.fetch]`"),
    ("SPC103", STEP + 'each.x = "steps.b"', '"steps.b"', "expected a list", '`"${steps.b}"` or'),
    ("SPC103", STEP + 'each.x = "{{ steps.b }}"', '"{{ steps.b }}"', "expected a list", '`"${steps.b}"` or'),
    ("SPC103", STEP + 'each.x = "data/*.csv"', '"data/*.csv"', "expected a list", '`"${...}"` or'),
    ("SPC106", STEP + 'tolerate = "lots"\neach.x = []', '"lots"', "a percentage", '`5` or `"1%"`'),
    ("SPC109", STEP + 'when = "params.x > 1"', '"params.x > 1"', "an expression", '`"${params.x > 1}"`'),
    ("SPC120", HEAD + "[steps.a]", "a", "has no action", "one of `call`, `script`, `module`"),
    ("SPC102", HEAD, "", "lacks the key `steps`", "[steps.fetch]"),
    ("SPC102", STEP + 'repeat = { until = "${last}" }', "repeat", "`steps.a.repeat` lacks the key `max`", "max = 100"),
    (
        "SPC103",
        STEP + 'max_parallel = "3"\neach.x = []',
        '"3"',
        "is a string, but must be an integer",
        "remove the quotes",
    ),
    ("SPC103", STEP + 'max_parallel = "${x}"\neach.x = []', '"${x}"', "", "known when the spec is compiled"),
    ("SPC103", STEP + "description = 3", "3", "is an integer, but must be a string", '`"3"`'),
    ("SPC103", STEP + 'after = "b"', '"b"', "is a string, but must be an array", '`["b"]`'),
    ("SPC103", STEP + 'with = ["b"]', '["b"]', "is an array, but must be a table", ""),
    ("SPC103", STEP + "when = true", "true", "expected an expression", '`"${true}"`'),
    ("SPC103", STEP + "each.x = 5", "5", "expected a list", "${...}"),
    ("SPC103", HEAD + "[steps]\na = 5", "5", "step `a` is an integer, but must be a table", ""),
    ("SPC104", STEP + 'codec = "jsn"', '"jsn"', "`jsn` is not a value that `codec` of step `a` can have", "`json`"),
    ("SPC104", HEAD + '[params.a]\ntype = "int"\n' + PAUSE, '"int"', "`type` of parameter `a`", "`integer`"),
    ("SPC106", STEP + "timeout = 300", "300", "the bare number `300`", '`"300s"`'),
    ("SPC106", STEP + 'timeout = "5 minutes"', '"5 minutes"', "found `5 minutes`", '"5m"'),
    ("SPC106", HEAD + PAUSE + "[compute.s]\nmemory = 512", "512", "a size with a unit", '`"512MiB"`'),
    ("SPC106", STEP + 'tolerate = "101%"\neach.x = []', '"101%"', "from 0% to 100%", ""),
    ("SPC107", HEAD + "[steps.get-birds]\nwait = '1s'", "get-birds", "`get-birds` cannot be a name", "`get_birds`"),
    ("SPC107", HEAD.replace('"x"', '"My Spec"') + PAUSE, '"My Spec"', "lower-case letters", "`my-spec`"),
    ("SPC107", HEAD + "[steps.\"naïve é\"]\nwait = '1s'", '"naïve é"', "cannot be a name", "`naive_e`"),
    ("SPC107", HEAD.replace('"x"', '"Ünder score"') + PAUSE, '"Ünder score"', "", "`under-score`"),
    ("SPC107", STEP + '[stacks."1x"]\n', '"1x"', "`1x` cannot be a name", "`x`"),
    ("SPC107", STEP + "each.a-b = []", "a-b", "`a-b` cannot be a name", "`a_b`"),
    ("SPC108", STEP + "max_parallel = 0\neach.x = []", "0", "must be at least 1, not 0", ""),
    ("SPC108", STEP + "retry.backoff = 0.5", "0.5", "must be at least 1, not 0.5", ""),
    ("SPC108", STEP + "after = []", "[]", "`after` of step `a` is empty", ""),
    ("SPC108", HEAD + "[steps]", "steps", "`steps` is empty", ""),
    ("SPC109", HEAD + '[steps.a]\ncall = "birds"', '"birds"', "`module:function`", "birds:get_birds"),
    ("SPC109", STEP + 'when = "yes"', '"yes"', "expected an expression", "${...}"),
    (
        "SPC109",
        HEAD + PAUSE + '[secrets]\nKEY = "hunter2"',
        '"hunter2"',
        "a place to read a secret from",
        "env:API_KEY",
    ),
    ("SPC109", HEAD + PAUSE + '[params.a]\ntype = "string"\npattern = "("', '"("', "regular expression", ""),
    ("SPC110", HEAD.replace("specc = 1\n", "") + PAUSE, "", "version of the language", "specc = 1"),
    ("SPC110", HEAD.replace("= 1", '= "1"') + PAUSE, '"1"', "the integer 1", "specc = 1"),
    ("SPC110", HEAD.replace("= 1", "= true") + PAUSE, "true", "the integer 1", "specc = 1"),
    ("SPC111", HEAD.replace("= 1", "= 2") + "whatever = 1\n" + PAUSE, "2", "newer than this compiler", "newer specc"),
    ("SPC112", HEAD.replace('kind = "pipeline"\n', "") + PAUSE, "", "of which kind", 'kind = "pipeline"'),
    ("SPC112", HEAD.replace("pipeline", "pipelin") + PAUSE, '"pipelin"', "is not a kind of spec", "`pipeline`"),
    ("SPC113", 'specc = 1\nkind = "agent"\nname = "x"\n[executors.a]', '"agent"', "not supported yet", "`pipeline`"),
    ("SPC120", HEAD + "[steps.a]\nwith.x = 1", "a", "step `a` has no action", "`call`"),
    ("SPC121", STEP + 'wait = "1s"', "wait", "2 actions: `call` and `wait`", "steps of their own"),
    ("SPC122", STEP + 'argv = ["x"]', "argv", "`argv` does not go with `call`", "`script`"),
    (
        "SPC122",
        HEAD + '[steps.g]\nwith.x = 1\n[steps.g.steps.a]\nwait = "1s"',
        "with",
        "does not go with `steps`",
        "inside",
    ),
    ("SPC123", STEP + "max_parallel = 3", "max_parallel", "needs `each`", "each.item"),
    (
        "SPC124",
        STEP + 'on_error = { E = { use = 1, run = "b" } }',
        "run",
        "exactly one of `use` and `run`, and has both",
        "",
    ),
    ("SPC124", STEP + "on_error.E = {}", "E", "and has none", "`use` or `run`"),
    ("SPC124", HEAD + PAUSE + "[[triggers]]\nwith.x = 1", "triggers", "exactly one of `schedule` and `event`", ""),
    (
        "SPC122",
        HEAD + PAUSE + "[[triggers]]\nschedule = { rate = '1h', timezone = 'UTC' }",
        "timezone",
        "with `rate`",
        "",
    ),
    ("SPC130", HEAD + PAUSE + '[params.a]\ntype = "integer"\nminLength = 1', "minLength", "an integer", "`minimum`"),
    ("SPC131", HEAD + PAUSE + '[params.a]\ntype = "integer"\ndefault = "3"', '"3"', "is a string, not an integer", ""),
    ("SPC131", HEAD + PAUSE + '[params.a]\ntype = "integer"\nenum = [1, 2]\ndefault = 3', "3", "not one of `enum`", ""),
    ("SPC131", HEAD + PAUSE + '[params.a]\ntype = "integer"\ndefault = 3.0', "3.0", "is a number, not an integer", ""),
    ("SPC132", HEAD + PAUSE + '[params.a]\ntype = "number"\nminimum = 3\nmaximum = 1', "3", "no value fits", ""),
    ("SPC103", STEP + 'matrix.mode = ["a", "b"]', "mode", "a key of the matrix itself", "call the axis otherwise"),
    ("SPC103", STEP + "matrix.max = [1, 2]", "max", "a key of the matrix itself", "`max_`"),
    ("SPC103", STEP + 'matrix.include = ["a", "b"]', "include", "a key of the matrix itself", "`include_`"),
    ("SPC103", STEP + 'matrix.from = ["a", "b"]', "from", "a key of the matrix itself", "`from_`"),
    ("SPC103", STEP + 'matrix = { a = [1], mode = ["zip"] }', '["zip"]', "must be one word", '`"zip"`'),
    ("SPC101", STEP + "matrix.lr.lgo = [1, 2, 3]", "lgo", "unknown key `lgo`", "`log`"),
    ("SPC108", STEP + "matrix.lr.log = [0.1, 1]", "[0.1, 1]", "too few items", "`log = [0.1, 1, 5]`"),
    ("SPC103", STEP + "slots.gpu = 2", "2", "must be an array", '`gpu = ["0", "1"]`'),
    (
        "SPC103",
        HEAD + '[steps.a]\nscript = "a.py"\nargv = "--seed 1"',
        '"--seed 1"',
        "must be an array",
        '`["--seed", "1"]`',
    ),
]


@pytest.mark.parametrize(("code", "text", "pointed", "message", "help"), CASES)
def test_one_diagnostic_at_its_place(code: str, text: str, pointed: str, message: str, help: str) -> None:
    found, _ = only(text)
    assert found.code == code
    assert message in found.message
    assert help in " ".join(found.help)
    where = pointed_at(found, text)
    assert where == pointed or where.strip("[]").rpartition(".")[2] == pointed, where


@pytest.mark.parametrize("text", [text for _, text, *_ in CASES])
def test_only_the_users_words(text: str) -> None:
    for found in diagnose(text)[0]:
        words = " ".join([found.message, *found.help, *(label.text for label in found.labels)])
        for foreign in ("pydantic", "Input should", "dict", "instance", "NoneType", "Extra inputs", "literal", "Model"):
            assert foreign not in words


def test_a_null_is_refused_where_absence_is_meant() -> None:
    text = 'specc: 1\nkind: pipeline\nname: x\nsteps:\n  a:\n    call: "m:f"\n    timeout:\n    retry: null\n'
    found, _ = diagnose(text, "yaml")
    assert [(each.code, each.labels[0].at.start.line) for each in found] == [("SPC105", 7), ("SPC105", 8)]
    assert found[0].help == ("leave the key out, or give it a value",)


def test_null_is_data_where_data_stands() -> None:
    text = (
        '{"specc": 1, "kind": "pipeline", "name": "x", "outputs": {"n": null}, '
        '"steps": {"a": {"call": "m:f", "with": {"x": null}, "on_error": {"*": {"use": null}}}}}'
    )
    assert diagnose(text, "json")[0] == []


def test_both_actions_are_shown() -> None:
    found, text = only(STEP + 'wait = "1s"')
    assert [pointed_at(found, text, label) for label in range(2)] == ["wait", "call"]


FIXES = [
    (STEP + 'timout = "5m"', STEP + 'timeout = "5m"'),
    (STEP + 'depends_on = ["b"]', STEP + 'after = ["b"]'),
    (STEP + 'after = "b"', STEP + 'after = ["b"]'),
    (STEP + 'after = ["${steps.b}"]', STEP + 'after = ["b"]'),
    (STEP + 'codec = "jsn"', STEP + 'codec = "json"'),
    (STEP + 'retry.max = "3"', STEP + "retry.max = 3"),
    (STEP + "description = 3", STEP + 'description = "3"'),
    (HEAD.replace("= 1", '= "1"') + PAUSE, HEAD + PAUSE),
    (HEAD.replace("pipeline", "pipelin") + PAUSE, HEAD + PAUSE),
    (STEP.replace("call", "function"), STEP),
    ('{"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {"cal": "m:f"}}}',
     '{"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {"call": "m:f"}}}'),
]  # fmt: skip


@pytest.mark.parametrize(("bad", "good"), FIXES)
def test_safe_fixes_mend_the_text(bad: str, good: str) -> None:
    from specc.diagnostics.fixes import apply_fixes

    format = "json" if bad.startswith("{") else "toml"
    found, _ = diagnose(bad, format)
    changed = apply_fixes({f"x.{format}": bad}, found)
    assert changed[f"x.{format}"] == good
    assert diagnose(good, format)[0] == []


@pytest.mark.parametrize(
    "text", [STEP + "retries = 3", STEP + "timeout_seconds = 4", HEAD + "[steps.a-b]\nwait = '1s'"]
)
def test_fixes_that_need_thought_are_not_safe(text: str) -> None:
    found, _ = only(text)
    assert found.fix is None or not found.fix.safe


@pytest.mark.parametrize(
    ("format", "text", "help"),
    [
        ("yaml", "kind: pipeline\nname: x\nsteps: {a: {wait: 1s}}\n", "begin with `specc: 1`"),
        ("json", '{"specc": 1, "name": "x", "steps": {"a": {"wait": "1s"}}}', 'add `"kind": "pipeline"`'),
        ("yaml", "specc: 1\nkind: pipeline\nsteps: {a: {wait: 1s}}\n", 'add for example `name: "birds"`'),
        ("yaml", "specc: 1\nkind: pipeline\nname: x\nsteps: {a: 'm:f'}\n", 'write `a: {call: "m:f"}`'),
        (
            "json",
            '{"specc": 1, "kind": "pipeline", "name": "x", "steps": {"a": {"call": "m:f", "on_error": 0}}}',
            'say which error and what replaces the result: `"on_error": {"*": {"use": 0}}` (`*` is any error)',
        ),
    ],
)
def test_help_is_written_in_the_format_of_the_spec(format: str, text: str, help: str) -> None:
    (found,), _ = diagnose(text, format)
    assert found.help == (help,)


def test_only_actions_that_run_are_advised() -> None:
    assert set(SUGGESTED) == set(ACTIONS) - set(unsupported.ACTIONS)


def test_no_fix_makes_a_key_twice() -> None:
    found, _ = only(STEP + 'timeout = "5m"\ntimout = "6m"')
    assert found.fix is None


def test_a_misspelt_required_key_is_one_mistake() -> None:
    found, _ = only(HEAD + '[params.a]\ntpye = "integer"\n' + PAUSE)
    assert (found.code, found.help) == ("SPC101", ("did you mean `type`?",))


def test_faults_in_a_base_are_shown_in_the_base(write: Callable[..., Path]) -> None:
    write("base.toml", HEAD + '[steps.a]\ncall = "m:f"\ntimout = "5m"\n')
    path = write("child.toml", 'extends = ["base.toml"]\n')
    sink = Sink()
    spec = load_spec(path, sink)
    assert spec is not None
    validate(spec, sink)
    (found,) = locate_diagnostics(sink.diagnostics, spec)
    span = found.labels[0].at
    assert isinstance(span, Span)
    assert span.file.endswith("base.toml")
    assert span.start.line == 6


def test_of_a_step_with_a_mistake_nothing_is_known_of_its_result() -> None:
    text = """
specc = 1
kind = "pipeline"
name = "x"
[steps.fetch]
wait = "1s"
memory = "1GB"
[steps.each]
command = ["echo"]
each.order = "${steps.fetch}"
[outputs]
first = "${steps.fetch[0].name + 1}"
"""
    sink = check("spec.toml", text=text.encode()).sink
    assert [found.code for found in sink.diagnostics] == ["SPC101"]
