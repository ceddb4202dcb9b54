"""What configurations do is never done by reading them, and what cannot be known is said with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from specc.diagnostics import Severity
from specc.importing.kogine import Imported, Options, import_kogine

SCRIPT = "lr = 0.1\nname = None\nseed = 0\n\n\ndef main(*rest):\n    return lr\n"
GENERATOR = "import json\nfrom kohakuengine import Config\n\n\ndef config_gen():\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Imported]:
    """Read a configuration for a small script."""

    def make(config: str | bytes, script: str = SCRIPT, **options: object) -> Imported:
        path = tmp_path / "config.py"
        path.write_bytes(config if isinstance(config, bytes) else dedent(config).encode())
        (tmp_path / "train.py").write_text(script)
        return import_kogine(
            Options(config=path, scripts=(str(tmp_path / "train.py"),), folder=tmp_path, **options)  # type: ignore[arg-type]  # options of any kind
        )

    return make


def error(found: Imported) -> tuple[str, int, str]:
    """The code, the line and the message of the one error."""
    assert found.failed
    [one] = found.findings
    assert one.severity is Severity.ERROR
    line = one.labels[0].at.start.line if one.labels else 0  # type: ignore[union-attr]  # in one file, so a span
    return one.code, line, one.message


UNREADABLE = {
    "exits": ("import sys\nlr = 1\nsys.exit(3)\n", 3),
    "exits quietly": ("lr = 1\nraise SystemExit\n", 2),
    "deletes": ("import shutil\nshutil.rmtree('CANARY')\nlr = 1\n", 2),
    "deletes in an expression": ("import os\nlr = os.remove('CANARY') or 1\n", 2),
    "writes": ("lr = open('CANARY', 'w').write('x')\n", 1),
    "evaluates": ("lr = eval('1 + 1')\n", 1),
    "imports by hand": ("lr = __import__('os').getpid()\n", 1),
    "climbs out": ("lr = ().__class__.__bases__[0].__subclasses__()\n", 1),
    "formats its way out": ("name = '{0.__class__}'.format(1)\nlr = name.__class__.mro()\n", 2),
    "asks the clock": ("import time\nlr = time.time()\n", 2),
    "asks the environment": ("import os\nlr = os.environ['LR']\n", 2),
    "asks the environment softly": ("import os\nlr = float(os.environ.get('LR', 1))\n", 2),
    "draws": ("import random\nrandom.seed(0)\nlr = 1\n", 2),
    "tries": ("try:\n    import torch\n    lr = 1\nexcept ImportError:\n    lr = 2\n", 1),
    "opens": ("import json\nwith open('base.json') as file:\n    lr = json.load(file)\n", 2),
    "brings everything": ("from base import *\n", 1),
    "raises": ("lr = 1 / 0\n", 1),
    "raises inside": ("options = {}\nlr = options['lr']\n", 2),
    "does not know a name": ("lr = base_lr * 2\n", 1),
    "depends on what is unknown": ("import torch\nbig = torch.cuda.is_available()\nif big:\n    lr = 1\n", 2),
    "changes a class": ("class A:\n    x = 1\nA.x = 2\nlr = A.x\n", 3),
    "decorates": ("import functools\n@functools.cache\ndef f():\n    return 1\nlr = f()\n", 5),
    "calls itself for ever": ("def f(x):\n    return f(x)\nlr = f(1)\n", 2),
    "shows what is unknown": ("import torch\nname = str([torch.x()])\n", 2),
    "writes what is unknown": ("import torch\nname = f'{[torch.x()]}'\n", 2),
    "compares what is unknown": ("import torch\nlr = [1] == [torch.x()]\n", 2),
    "looks for what is unknown": ("import torch\nlr = 1 in {'a': torch.x()}.values()\n", 2),
    "shows a function": ("def f():\n    pass\nname = str({'f': f})\n", 3),
    "counts what is unknown": ("import torch\nlr = sum([1, torch.x()])\n", 2),
    "raises where nobody looks": ("lr = 1\n_unused = [][0]\n", 2),
    "sorts by a function": ("lr = max([1, 2], key=len)\n", 1),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_only_running_would_tell(
    case: str, read: Callable[..., Imported], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    canary = tmp_path / "CANARY"
    canary.mkdir()
    config, line = UNREADABLE[case]
    found = read(config)
    assert error(found)[:2] == ("SPC601", line), found.findings
    assert "--run" in found.findings[0].help[0]
    assert canary.is_dir()


def test_unknown_values_that_nothing_depends_on_are_no_matter(read: Callable[..., Imported]) -> None:
    found = read("import torch\n_device = torch.device('cuda')\nprint('hello')\nlr = 0.5\n")
    assert not found.findings
    assert "globals.lr = 0.5" in found.text
    assert "_device" not in found.text


def test_nothing_is_printed_while_reading(read: Callable[..., Imported], capfd: pytest.CaptureFixture[str]) -> None:
    assert "globals.lr = 2" in read("print('loud')\nlr = 2\n").text
    assert capfd.readouterr() == ("", "")


ENDLESS = {
    "a loop": "while True:\n    pass\n",
    "a growing number": "lr = 2\nwhile True:\n    lr = lr * lr\n",
    "a power": "lr = 9 ** 9 ** 9\n",
    "a shift": "lr = 1 << 10 ** 9\n",
    "a long text": "name = 'a' * 10 ** 10\n",
    "a padded text": "name = f'{1:>999999999}'\n",
    "a padded text by a percent sign": "name = '%999999999d' % 1\n",
    "a padded text by a method": "name = 'a'.zfill(10 ** 10)\n",
    "a long list": "lr = list(range(10 ** 12))\n",
    "a long sum": "lr = sum(range(10 ** 12))\n",
    "a long comprehension": "lr = [x for x in range(10 ** 12)]\n",
    "combinations": "from itertools import product\nlr = list(product(range(1000), repeat=5))\n",
    "counting": "from itertools import count\nlr = list(count())\n",
    "turning": "from itertools import cycle\nlr = sum(x for x in cycle([1]))\n",
    "doubling": "lr = [1]\n" + "lr = lr + lr\n" * 40,
    "doubling in itself": "lr = [1]\n" + "lr = [lr, lr]\n" * 40,
    "replacing": "name = 'a' * 90000\nname = name.replace('a', name)\n",
    "repeating": "from itertools import repeat\nlr = dict(enumerate(repeat(1)))\n",
}


@pytest.mark.parametrize("case", ENDLESS)
def test_what_would_never_end(case: str, read: Callable[..., Imported]) -> None:
    assert error(read(ENDLESS[case]))[0] == "SPC604"


def test_generator_without_an_end_is_told_where(read: Callable[..., Imported]) -> None:
    config = (
        GENERATOR + "    lr = 1.0\n    while True:\n        yield Config(globals_dict={'lr': lr})\n        lr /= 2\n"
    )
    code, line, message = error(read(config, limit=7))
    assert (code, line) == ("SPC604", 8)
    assert "more than 7 configurations" in message


WRONG = {
    "no Python": ("lr = = 1\n", "SPC602", 1),
    "an unclosed bracket": ("lr = [1\n", "SPC602", 1),
    "no text": (b"lr = '\xff'\n", "SPC602", 0),
    "a null byte": (b"lr = 1\0\n", "SPC602", None),
    "deep": ("lr = " + "(" * 5000 + "1" + ")" * 5000, "SPC602", None),
    "deep lists": ("lr = " + "-" * 90_000 + "1\n", "SPC602", 0),
    "large": ("# " + "x" * (1 << 20), "SPC602", 0),
    "sweep is a list": ("_sweep = [1]\n", "SPC605", 1),
    "axis is a number": ("_sweep = {'lr': 1}\n", "SPC605", 1),
    "axis is empty": ("_sweep = {'lr': []}\n", "SPC605", 1),
    "uneven": ("_sweep = {'__mode__': 'zip', 'lr': [1], 'seed': [1, 2]}\n", "SPC605", 1),
    "unknown mode": ("_sweep = {'__mode__': 'cross', 'lr': [1]}\n", "SPC605", 1),
    "CONFIG is a table": ("lr = 1\nCONFIG = {'lr': 1}\n", "SPC605", 1),
    "yields tables": (GENERATOR + "    yield {'lr': 1}\n", "SPC605", 5),
    "returns nothing": (GENERATOR + "    pass\n", "SPC605", 5),
    "no globals": ("from kohakuengine import Config\nCONFIG = Config([1])\n", "SPC605", 2),
    "arguments": ("_kwargs = [1]\n", "SPC605", 1),
    "itself": ("from kohakuengine import use_config\nuse_config('config.py')\n", "SPC605", 0),
    "a missing base": ("from kohakuengine import use_config\nuse_config('other.py')\n", "SPC602", 0),
    "names of arguments": ("_args = [1]\n", "SPC603", 1),
    "a set inside": ("from kohakuengine import Config\nCONFIG = Config({'lr': [{1}]})\n", "SPC603", 2),
    "a function without a name": ("from kohakuengine import Config\nCONFIG = Config({'lr': lambda: 1})\n", "SPC603", 2),
    "no number": ("from kohakuengine import Config\nCONFIG = Config({'lr': float('inf')})\n", "SPC603", 2),
    "a list in itself": ("lr = []\nlr.append(lr)\n", "SPC602", None),
    "a list in itself, shown": ("lr = []\nlr.append(lr)\nname = str(lr)\n", "SPC602", None),
    "ref": ("lr = {'ref': 'a:b'}\n", "SPC603", 1),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_files(case: str, read: Callable[..., Imported]) -> None:
    config, code, line = WRONG[case]
    found = error(read(config))
    assert found[0] == code
    assert line in (None, found[1])  # which line a parser names is its own


def test_a_sweep_as_a_base(read: Callable[..., Imported], tmp_path: Path) -> None:
    (tmp_path / "base.py").write_text("_sweep = {'lr': [1, 2]}\n")
    assert error(read("from kohakuengine import use_config\nuse_config('base.py')\n"))[:2] == ("SPC605", 2)


def test_names_that_the_script_has_not(read: Callable[..., Imported]) -> None:
    found = read("learning_rate = 1\nsede = 2\nlr = 3\n")
    assert [(one.code, one.labels[0].at.start.line) for one in found.findings] == [("SPC608", 1), ("SPC608", 2)]  # type: ignore[union-attr]  # spans
    assert found.findings[1].help == ("did you mean `seed`?",)
    assert "# `sede` is left out: `train.py` binds no such name." in found.text
    assert "globals.lr = 3" in found.text


def test_names_that_the_script_only_uses(read: Callable[..., Imported]) -> None:
    [one] = read("epochs = 3\n", "def main():\n    return epochs\n").findings
    assert "uses it and binds it nowhere" in one.message


def test_names_that_take_no_value(read: Callable[..., Imported]) -> None:
    [one] = read("lr = 3\n", "for lr in range(3):\n    print(lr)\n").findings
    assert (one.code, one.message) == ("SPC608", "`lr` is left out: `train.py` binds it by a loop")
