"""What is kept of runs: a folder for each, with a journal of every finished call, from which a killed run goes on."""

from specc_targets.local.runs.directory import RunDirectory, list_runs
from specc_targets.local.runs.errors import JournalError, RunBusy, RunDamaged, RunNotFound, StateError
from specc_targets.local.runs.journal import Journal
from specc_targets.local.runs.names import new_run_id
from specc_targets.local.runs.reading import read_records
from specc_targets.local.runs.records import Record
from specc_targets.local.runs.recovery import ItemTable, Recovered
from specc_targets.local.runs.removal import prune, remove
from specc_targets.local.runs.state import make_state, state_directory

__all__ = [
    "ItemTable",
    "Journal",
    "JournalError",
    "Record",
    "Recovered",
    "RunBusy",
    "RunDamaged",
    "RunDirectory",
    "RunNotFound",
    "StateError",
    "list_runs",
    "make_state",
    "new_run_id",
    "prune",
    "read_records",
    "remove",
    "state_directory",
]
