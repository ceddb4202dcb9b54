"""Files that run scripts become steps in the same order, as many at a time, in as many processes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from specc.diagnostics import Severity
from specc.frontend import check
from specc.importing.kogine import Imported, Options, import_kogine
from specc.source.document import parse

HEAD = "from pathlib import Path\nfrom kohakuengine import Config, Flow, Parallel, Script, Sequential, load_config_file, run\n"
MAIN = "def main():\n    flow = {}\n    print(flow.run())\n\n\nif __name__ == '__main__':\n    main()\n"


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, Any]]:
    """The steps that a workflow becomes; the spec they are in is sound."""
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.py").write_text("lr = 1\nseed = 0\n\n\ndef main(x=1):\n    return lr\n")
    (tmp_path / "one.py").write_text("lr = 2\n")
    (tmp_path / "sweep.py").write_text("_sweep = {'lr': [1, 2, 3]}\n")

    def make(text: str, scripts: tuple[str, ...] = (), **options: Any) -> dict[str, Any]:
        Path("flow.py").write_text(HEAD + text)
        config = Path("flow.py") if not scripts else Path(options.pop("config"))
        found = import_kogine(Options(config=config, scripts=scripts, **options))
        assert not found.failed, found.findings
        Path("spec.toml").write_text(found.text)
        assert [one.message for one in check(Path("spec.toml")).diagnostics if one.severity is Severity.ERROR] == []
        value: dict[str, Any] = parse("", "toml", found.text).value["steps"]
        return value

    return make


def after(steps: dict[str, Any]) -> dict[str, list[str]]:
    return {name: step.get("after", []) for name, step in steps.items()}


def test_one_after_the_other(steps: Callable[..., dict[str, Any]]) -> None:
    scripts = (
        "[Script('a.py', config=Config({'lr': 5})), Script('b.py'), Script('c.py:main', load_config_file('one.py'))]"
    )
    found = steps(MAIN.format(f"Flow({scripts}, mode='sequential')"))
    assert after(found) == {"a": [], "b": ["a"], "c": ["b"]}
    assert found["a"]["globals"] == {"lr": 5}
    assert "globals" not in found["b"]
    assert found["c"]["globals"] == {"lr": 2}
    assert all("isolation" not in step for step in found.values())


def test_beside_each_other(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("Flow([Script(f'{name}.py') for name in 'abc'], mode='parallel').run()\n")
    assert after(found) == {"a": [], "b": [], "c": []}
    assert {step["isolation"] for step in found.values()} == {"process"}


def test_a_sweep_beside_itself(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps(MAIN.format("Parallel([Script('a.py', load_config_file('sweep.py'))], max_workers=2)"))
    assert found["a"]["matrix"] == {"lr": [1, 2, 3]}
    assert found["a"]["max_parallel"] == 2
    assert found["a"]["isolation"] == "process"


def test_a_sweep_in_order(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps(
        "Sequential([Script('a.py', load_config_file('sweep.py')), Script('b.py')], use_subprocess=True).run()\n"
    )
    assert found["a"]["max_parallel"] == 1
    assert found["a"]["isolation"] == "process"
    assert found["b"]["after"] == ["a"]


def test_a_pool_is_no_process_for_each(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("Flow([Script('a.py')], mode='parallel', use_subprocess=False).run()\n")
    assert "isolation" not in found["a"]


def test_folders_by_the_file(steps: Callable[..., dict[str, Any]]) -> None:
    text = "HERE = Path(__file__).parent\n" + MAIN.format("Flow([Script(str(HERE / 'a.py'))])")
    assert steps(text)["a"]["script"] == "a.py"


def test_a_script_twice(steps: Callable[..., dict[str, Any]]) -> None:
    text = (
        "scripts = []\nfor lr in (1, 2):\n    scripts.append(Script('a.py', Config({'lr': lr})))\nFlow(scripts).run()\n"
    )
    found = steps(text)
    assert after(found) == {"a": [], "a_2": ["a"]}
    assert [step["globals"]["lr"] for step in found.values()] == [1, 2]


def test_two_workflows_in_order(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("Flow([Script('a.py')]).run()\nFlow([Script('b.py'), Script('c.py')], mode='parallel').run()\n")
    assert after(found) == {"a": [], "b": ["a"], "c": ["a"]}


def test_the_short_form(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("run('a.py', config_path='one.py', globals_dict={'seed': 4}, kwargs={'x': 9})\n")
    assert found["a"]["globals"] == {"lr": 2, "seed": 4}
    assert (found["a"]["entry"], found["a"]["with"]) == ("main", {"x": 9})


def test_a_list_of_configurations(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("Flow([Script('a.py', iter([Config({'lr': lr}) for lr in (1, 2)]))]).run()\n")
    assert found["a"]["matrix"] == {"lr": [1, 2]}


def test_scripts_of_the_command_line(steps: Callable[..., dict[str, Any]]) -> None:
    found = steps("", ("a.py", "b.py"), config="sweep.py")
    assert after(found) == {"a": [], "b": ["a"]}
    assert all(step["matrix"] == {"lr": [1, 2, 3]} for step in found.values())
    found = steps("", ("a.py", "b.py"), config="sweep.py", parallel=True, workers=3)
    assert after(found) == {"a": [], "b": []}
    assert all(step["max_parallel"] == 3 for step in found.values())


NONE = {
    "nothing": "lr = 1\n",
    "not run": "Flow([Script('a.py')])\n",
    "a class of its own": "class Mine:\n    pass\n\n\nFlow([Script('a.py')], executor_class=Mine).run()\n",
    "no script": "Flow([Script('missing.py')]).run()\n",
    "unknown scripts": "import glob\nFlow([Script(name) for name in glob.glob('*.py')]).run()\n",
}


@pytest.mark.parametrize("case", NONE)
def test_no_workflow(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.py").write_text("def main():\n    pass\n")
    Path("flow.py").write_text(HEAD + NONE[case])
    found: Imported = import_kogine(Options(config=Path("flow.py")))
    assert found.failed
    assert found.findings[0].code in {"SPC601", "SPC602", "SPC605"}


@pytest.mark.parametrize(
    ("script", "entry"),
    [
        ("def train():\n    pass\n\n\nif __name__ == '__main__':\n    train()\n", "train"),
        (
            "async def go():\n    pass\n\n\nif __name__ == '__main__':\n    import asyncio\n    asyncio.run(go())\n",
            None,
        ),
        (
            "import asyncio\n\n\nasync def go():\n    pass\n\n\nif __name__ == '__main__':\n    asyncio.run(go())\n",
            "go",
        ),
        ("def train(x=1):\n    pass\n\n\nif __name__ == '__main__':\n    train(2)\n", None),
        ("def main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n    print('done')\n", None),
        ("def main():\n    pass\n", "main"),
        ("def run():\n    pass\n\n\ndef main():\n    pass\n", "main"),
        ("def run():\n    pass\n", "run"),
        (
            "import kohakuengine as kogine\n\n\n@kogine.entrypoint\ndef go():\n    pass\n\n\ndef main():\n    pass\n",
            "go",
        ),
        ("@entrypoint(name='x')\ndef go():\n    pass\n", "go"),
        ("print('hello')\n", None),
    ],
)
def test_what_is_called(script: str, entry: str | None, tmp_path: Path) -> None:
    (tmp_path / "job.py").write_text(script)
    (tmp_path / "config.py").write_text("")
    found = import_kogine(Options(config=tmp_path / "config.py", scripts=(str(tmp_path / "job.py"),), folder=tmp_path))
    assert parse("", "toml", found.text).value["steps"]["job"].get("entry") == entry
    whole = "Everything below the main guard runs" in found.text
    assert whole == (entry is None and "__main__" in script)


def test_a_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pkg").mkdir()
    Path("pkg/__init__.py").touch()
    Path("pkg/train.py").write_text("lr = 1\n\n\ndef go():\n    return lr\n")
    Path("config.py").write_text("lr = 2\n")
    found = import_kogine(Options(config=Path("config.py"), scripts=("pkg.train:go",)))
    step = parse("", "toml", found.text).value["steps"]["train"]
    assert step == {"module": "pkg.train", "entry": "go", "globals": {"lr": 2}}
