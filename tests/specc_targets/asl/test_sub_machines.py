from __future__ import annotations

from pathlib import Path

from specc.frontend import check
from specc_targets.asl.sub_machines import sub_machines

_OTHER = 'specc = 1\nkind = "pipeline"\nname = "{name}"\n[steps.a]\nwait = "{wait}s"\n[outputs]\no = {wait}\n'


def test_specs_of_one_name_and_one_called_as_they_are_numbered_are_machines_of_their_own(tmp_path: Path) -> None:
    for file, name, wait in (("one", "same", 1), ("two", "same", 2), ("numbered", "same-2", 3)):
        (tmp_path / f"{file}.toml").write_text(_OTHER.format(name=name, wait=wait))
    steps = "".join(f'[steps.{file}]\npipeline = "{file}.toml"\n' for file in ("numbered", "one", "two"))
    caught = '[steps.again]\npipeline = "one.toml"\non_error.KeyError.use = 1\n'
    (tmp_path / "spec.toml").write_text(f'specc = 1\nkind = "pipeline"\nname = "spec"\n{steps}{caught}')
    module = check(tmp_path / "spec.toml").module
    assert module is not None
    found = {item.name: item.module.outputs[0].value.raw for item in sub_machines(module)}
    assert found == {"specc-spec-same-2": 3, "specc-spec-same": 1, "specc-spec-same-3": 2, "specc-spec-same-4": 1}
