"""Many faults in a large spec are told in bearable time, and the first of them as well as ever."""

from __future__ import annotations

import time

from specc.frontend import check

HEAD = 'specc = 1\nkind = "pipeline"\nname = "many"\n'


def test_unknown_steps_in_a_large_spec() -> None:
    steps = "".join(f'[steps.s{i}]\nwait = "0s"\nwhen = "${{steps.z{i} == 1}}"\n' for i in range(3000))
    started = time.monotonic()
    found = [item for item in check("x.toml", text=(HEAD + steps).encode()).diagnostics if item.code == "SPC201"]
    assert len(found) == 3000
    assert time.monotonic() - started < 30
    assert found[0].help
    assert found[-1].help == ()
