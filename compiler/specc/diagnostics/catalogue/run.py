"""What can go wrong while a spec runs."""

from specc.diagnostics.catalogue.entry import Entry


def _spec(body: str) -> str:
    return f'specc = 1\nkind = "pipeline"\nname = "example"\n\n{body}\n'


_WORK = {"work.py": "def half(x=1):\n    return 1 // x\n\n\ndef rows():\n    return [1, 0, 3]\n"}

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC501",
        title="a step failed",
        why=(
            "The step's function raised an error, or the step took too long, and neither `retry` nor `on_error` took "
            "care of it. The error's own traceback stands above, without the frames of specc."
        ),
        bad=_spec('[steps.half]\ncall = "work:half"\nwith.x = 0'),
        good=_spec('[steps.half]\ncall = "work:half"\nwith.x = 0\non_error.ZeroDivisionError = { use = 0 }'),
        files=_WORK,
        stage="run",
    ),
    Entry(
        code="SPC502",
        title="a parameter does not fit",
        why="A parameter without `default` must be given with `-p`, and every value must fit what the spec declares.",
        bad=_spec('[params.x]\ntype = "integer"\n\n[steps.half]\ncall = "work:half"\nwith.x = "${params.x}"'),
        good=_spec(
            '[params.x]\ntype = "integer"\ndefault = 2\n\n[steps.half]\ncall = "work:half"\nwith.x = "${params.x}"'
        ),
        files=_WORK,
        stage="run",
    ),
    Entry(
        code="SPC503",
        title="a secret is not there",
        why="Secrets are read from where the spec says when a run starts. Nothing starts without them.",
        bad=_spec('[secrets]\nTOKEN = "file:no-such-token.txt"\n\n[steps.half]\ncall = "work:half"'),
        good=_spec('[secrets]\nTOKEN = "file:token.txt"\n\n[steps.half]\ncall = "work:half"'),
        files={**_WORK, "token.txt": "swordfish\n"},
        stage="run",
    ),
    Entry(
        code="SPC504",
        title="an output has no value",
        why="All steps succeeded, but the expression of an output failed: a field is missing, an index is out of range.",
        bad=_spec('[steps.rows]\ncall = "work:rows"\n\n[outputs]\nfourth = "${steps.rows[3]}"'),
        good=_spec('[steps.rows]\ncall = "work:rows"\n\n[outputs]\nfourth = "${coalesce(steps.rows[3], 0)}"'),
        files=_WORK,
        stage="run",
    ),
    Entry(
        code="SPC505",
        title="some items failed and were tolerated",
        why=(
            "`tolerate` allows items of a map to fail: their results are null, and the run goes on. "
            "What happened to them is said here, so that it is not overlooked."
        ),
        bad=_spec(
            '[steps.rows]\ncall = "work:rows"\n\n[steps.halves]\ncall = "work:half"\neach.x = "${steps.rows}"\ntolerate = 1'
        ),
        good=_spec(
            '[steps.rows]\ncall = "work:rows"\n\n[steps.halves]\ncall = "work:half"\neach.x = "${steps.rows}"\n'
            "on_error.ZeroDivisionError = { use = 0 }"
        ),
        files=_WORK,
        stage="run",
    ),
    Entry(
        code="SPC506",
        title="a run cannot be kept",
        why=(
            "Every finished call is written to the run's journal before the next one begins. Where that cannot be done, "
            "because the disk is full for example, the run ends, and it can be resumed once the cause is gone. "
            "`--no-journal` does without."
        ),
        bad="",
        good="",
        stage="run",
    ),
    Entry(
        code="SPC510",
        title="a test failed",
        why=(
            "A run of the spec with the test's parameters, and with the steps of `mock` replaced, did not come to what "
            "`expect` says. Every difference is told with its place, what was expected and what was found."
        ),
        bad=_spec(
            '[steps.rows]\ncall = "work:rows"\n\n[outputs]\nfirst = "${steps.rows[0]}"\n\n'
            '[[tests]]\nname = "the first row"\nmock.rows = [7]\nexpect.outputs.first = 1'
        ),
        good=_spec(
            '[steps.rows]\ncall = "work:rows"\n\n[outputs]\nfirst = "${steps.rows[0]}"\n\n'
            '[[tests]]\nname = "the first row"\nmock.rows = [7]\nexpect.outputs.first = 7'
        ),
        files=_WORK,
        stage="test",
    ),
    Entry(
        code="SPC530",
        title="a test ends differently on two engines",
        why=(
            "`specc test --on local,asl` runs each test here and as a state machine on an emulator. Both came to other "
            "outputs, skipped steps or errors, so what is tested here is not what runs when it is deployed. Mostly a "
            "function reads its surroundings: the environment, files that are not shipped, the time. If no function "
            "does, it is a bug in specc."
        ),
        bad=_spec(
            '[steps.place]\ncall = "place:place"\n\n[outputs]\nplace = "${steps.place}"\n\n'
            '[[tests]]\nname = "the same everywhere"\nexpect.skipped = []'
        ),
        good=_spec(
            '[steps.place]\ncall = "place:name"\n\n[outputs]\nplace = "${steps.place}"\n\n'
            '[[tests]]\nname = "the same everywhere"\nexpect.skipped = []'
        ),
        files={
            "place.py": (
                "import os\n\n\ndef place() -> str:\n"
                '    return os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "here")\n\n\n'
                'def name() -> str:\n    return "anywhere"\n'
            )
        },
        stage="engines",
    ),
)
