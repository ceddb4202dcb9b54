"""Settings of a stack: what a program cannot read is wrong before it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from specc_targets.pulumi.preview.configured import SettingError, configured


def test_a_list_is_json(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  birds:subnetIds: [subnet-1]\n")
    (tmp_path / "__main__.py").write_text('subnets = config.require_object("subnetIds")\n')
    assert configured(tmp_path, "birds", "dev", {}).values == {"birds:subnetIds": '["subnet-1"]'}
    assert configured(tmp_path, "birds", "dev", {"subnetIds": '["subnet-2"]'}).missing == {}
    for wrong in ("subnet-1,subnet-2", "[subnet-1, subnet-2]", '{"subnet-1": "subnet-2"}', "1", "[[]]", "[" * 99999):
        with pytest.raises(SettingError) as error:
            configured(tmp_path, "birds", "dev", {"subnetIds": wrong})
        assert error.value.code == 2
        if wrong.count("subnet") == 2 and "," in wrong:
            said = f"`subnetIds={wrong}` is not a list in JSON; write for example: "
            assert str(error.value) == said + """--config 'subnetIds=["subnet-1", "subnet-2"]'"""
