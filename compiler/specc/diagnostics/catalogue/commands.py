"""Catalogue entries of the actions `command` and `approve`."""

from specc.diagnostics.catalogue.entry import Entry
from specc.diagnostics.catalogue.names import spec

ENTRIES: tuple[Entry, ...] = (
    Entry(
        code="SPC361",
        title="`command` without a program",
        why="The first item of `command` is the program; it cannot be empty.",
        bad=spec('[steps.count]\ncommand = ["", "-l"]'),
        good=spec('[steps.count]\ncommand = ["wc", "-l", "birds.txt"]'),
    ),
    Entry(
        code="SPC362",
        title="a shell's syntax without a shell",
        why="A program gets its arguments exactly as they stand: no shell splits words, opens pipes or expands `*`. So "
        "nothing in them can be mistaken for a command. Where a shell is wanted, it is named: "
        '`["sh", "-c", "...", "sh", "${params.value}"]`, with values as arguments of their own.',
        bad=spec('[steps.count]\ncommand = ["cat", "birds.txt", "|", "wc", "-l"]'),
        good=spec('[steps.count]\ncommand = ["sh", "-c", "cat birds.txt | wc -l"]'),
    ),
    Entry(
        code="SPC363",
        title="a program that is not there",
        why="A program with a `/` in its name is looked for from the package's root, and must be executable. This is a "
        "warning, since an earlier step may make it.",
        bad=spec('[steps.count]\ncommand = ["tools/count.sh", "birds.txt"]'),
        good=spec('[steps.count]\ncommand = ["sh", "tools/count.sh", "birds.txt"]'),
        files={"tools/count.sh": 'wc -l < "$1"\n'},
    ),
    Entry(
        code="SPC364",
        title="files that cannot be written where the spec says",
        why="`files` are written into a fresh folder, which is the program's working directory. They are never written "
        "into the package's root, where they would take the place of its own files, be there in the next run, and meet "
        "those of other items; on AWS it cannot be written to at all. And no file is a folder of others.",
        bad=spec(
            '[steps.train]\ncommand = ["cat", "config.json"]\ncwd = "root"\nfiles = { "config.json" = { lr = 0.1 } }'
        ),
        good=spec('[steps.train]\ncommand = ["cat", "config.json"]\nfiles = { "config.json" = { lr = 0.1 } }'),
    ),
)
