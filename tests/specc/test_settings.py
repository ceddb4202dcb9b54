"""Settings: user < project < environment < flags, each value with where it came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from specc.config import load_settings, variables
from specc.config_files import user_file
from specc.diagnostics import Severity, Sink, Span


@pytest.fixture
def layers(tmp_path: Path) -> dict[str, Any]:
    home, project = tmp_path / "home", tmp_path / "project"
    (home / ".config" / "specc").mkdir(parents=True)
    project.mkdir()
    return {
        "user": home / ".config" / "specc" / "config.toml",
        "project": project,
        "file": project / "specc.config.toml",
        "env": {"HOME": str(home)},
    }


def load(layers: dict[str, Any], flags: dict[str, Any] | None = None, **env: str) -> tuple[Any, Sink]:
    sink = Sink()
    return load_settings(layers["project"], flags or {}, {**layers["env"], **env}, sink), sink


def test_nothing_is_fine(layers: dict[str, Any]) -> None:
    found, sink = load(layers)
    assert sink.diagnostics == ()
    assert found.entries == ()
    assert found.settings.region is None


def test_later_layers_win_key_by_key(layers: dict[str, Any]) -> None:
    layers["user"].write_text(
        'region = "eu-west-1"\nbucket = "mine"\n[log]\nlevel = "debug"\nformat = "json"\n[store]\nlocation = "a"\n'
    )
    layers["file"].write_text('bucket = "ours"\n[log]\nlevel = "warning"\n[stacks.dev]\nendpoint = "http://x"\n')
    found, sink = load(
        layers, {"log": {"color": "never", "level": None}}, SPECC_LOG_LEVEL="error", SPECC_STORE="s3://runs/x"
    )
    assert sink.diagnostics == ()
    settings = found.settings
    assert (settings.region, settings.bucket) == ("eu-west-1", "ours")
    assert (settings.log.level, settings.log.format, settings.log.color) == ("error", "json", "never")
    assert settings.store.location == "s3://runs/x"
    assert settings.stacks["dev"].endpoint == "http://x"
    assert found.source_of("region") == str(layers["user"])
    assert found.source_of("bucket") == str(layers["file"])
    assert found.source_of("log", "level") == "environment variable SPECC_LOG_LEVEL"
    assert found.source_of("log", "color") == "flag"
    assert found.source_of("protect") is None


def test_booleans_from_the_environment(layers: dict[str, Any]) -> None:
    assert load(layers, SPECC_PROTECT="true")[0].settings.protect is True
    assert load(layers, SPECC_PROTECT="0")[0].settings.protect is False
    found, sink = load(layers, SPECC_PROTECT="maybe")
    assert found.settings.protect is None
    assert [each.code for each in sink.diagnostics] == ["SPC103"]
    assert "SPECC_PROTECT" in sink.diagnostics[0].notes[0]


def test_a_misspelt_key_is_shown_in_its_file(layers: dict[str, Any]) -> None:
    layers["file"].write_text('region = "eu-west-1"\n[lgo]\nlevel = "debug"\n')
    found, sink = load(layers)
    (mistake,) = sink.diagnostics
    assert (mistake.code, mistake.help) == ("SPC101", ("did you mean `log`?",))
    span = mistake.labels[0].at
    assert isinstance(span, Span)
    assert (span.file, span.start.line) == (str(layers["file"]), 2)
    assert found.texts[str(layers["file"])]
    assert found.settings.region is None, "a faulty layer is left out whole"


def test_syntax_faults_and_other_file_kinds(layers: dict[str, Any]) -> None:
    layers["file"].write_text("region = \n")
    _, sink = load(layers)
    assert sink.failed
    layers["file"].unlink()
    layers["file"].mkdir()
    assert load(layers)[1].diagnostics == ()


def test_a_misspelt_variable_is_a_warning(layers: dict[str, Any]) -> None:
    _, sink = load(layers, SPECC_LOG_LEVL="debug", SPECC_DEBUG="1", SPECC_REGION="")
    (mistake,) = sink.diagnostics
    assert mistake.severity is Severity.WARNING
    assert mistake.help == ("did you mean `SPECC_LOG_LEVEL`?",)


def test_bad_values_of_variables_and_flags(layers: dict[str, Any]) -> None:
    _, sink = load(layers, {"log": {"format": "jsn"}}, SPECC_LOG_LEVEL="loud")
    assert [each.code for each in sink.diagnostics] == ["SPC104", "SPC104"]
    assert sink.diagnostics[1].help == ("did you mean `json`?",)


def test_the_user_file_honours_xdg() -> None:
    assert user_file({"XDG_CONFIG_HOME": "/x", "HOME": "/h"}) == Path("/x/specc/config.toml")
    assert user_file({"HOME": "/h"}) == Path("/h/.config/specc/config.toml")
    assert user_file({}) is None
    assert user_file({"XDG_CONFIG_HOME": "relative"}) is None


def test_every_setting_has_a_variable() -> None:
    assert {"SPECC_REGION", "SPECC_BUCKET", "SPECC_LOG_LEVEL", "SPECC_STORE_LOCATION", "SPECC_STACK"} <= set(
        variables()
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [('kind = "pipeline"\n', "SPC101"), ("specc = 1\n", "SPC101"), ("[[stacks.dev.triggers]]\n", "SPC124")],
)
def test_what_only_a_spec_may_say_or_nothing_may_lack_is_told(layers: dict[str, Any], text: str, code: str) -> None:
    layers["file"].write_text(text)
    found, sink = load(layers)
    assert [diagnostic.code for diagnostic in sink.diagnostics] == [code]
    assert found.entries == ()
