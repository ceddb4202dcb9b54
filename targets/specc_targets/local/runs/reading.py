"""A journal read in order, for reports and logs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from specc_targets.local.runs.errors import JournalError, cannot
from specc_targets.local.runs.journal import JOURNAL, open_to_read
from specc_targets.local.runs.lines import lines
from specc_targets.local.runs.parsing import Record, read_record
from specc_targets.local.runs.records import is_sound


def read_records(folder: Path, *, values: bool = False) -> Iterator[Record]:
    """All records of the journal in the folder of a run, in the order of their ends; damaged lines are left out.

    An address may come again: when the run was resumed, the last one holds. The run may be going on meanwhile.
    With `values` the results are read too. Raises `JournalError` when the journal cannot be read.
    """
    descriptor = open_to_read(folder / JOURNAL)
    try:
        for _, line, _ in lines(descriptor):
            if is_sound(line):
                yield read_record(line[9:], folder, values=values)
    except OSError as error:
        raise JournalError(cannot("read the journal", folder / JOURNAL, error)) from error
    finally:
        os.close(descriptor)
