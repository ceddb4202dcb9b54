"""Scripts about the process that they run in: how it starts, what it prints, and how it ends."""

from __future__ import annotations

from script_cases.comparing import Case

_GIVEN = "n = <<n: 1 => 2>>\n"
_PARSER = """
    import argparse
    n = <<n: 1 => 2>>
    parser = argparse.ArgumentParser(description="Trains.")
    parser.add_argument("--epochs", type=int, default=n)
    print(parser.parse_args().epochs)
"""
_POOL = """
    import multiprocessing
    scale = <<scale: 1 => 10>>
    def work(x):
        return x * scale
    if __name__ == "__main__":
        with multiprocessing.get_context("{0}").Pool(2) as pool:
            print(pool.map(work, range(4)))
"""
_STREAMS = """
import sys
for s in (sys.stdin, sys.stdout, sys.stderr):
    print(s, s.buffer, s.name, s.encoding, s.errors, s.line_buffering, s.write_through, s.newlines)
    print(s.isatty(), s.seekable(), s.readable(), s.writable(), s.fileno(), s.closed, vars(s))
    raw = getattr(s.buffer, "raw", s.buffer)
    print(raw, raw.closefd, raw.seekable(), raw.name)
print([getattr(sys, name) is getattr(sys, f"__{name}__") for name in ("stdin", "stdout", "stderr")])
try:
    sys.stdout.tell()
except OSError as e:
    print(e)
"""

ENDINGS = [
    Case("exit-0", _GIVEN + "import sys\nprint(n)\nsys.exit(0)\n"),
    Case("exit-3", _GIVEN + "import sys\nsys.exit(n + 1)\n", status=3),
    Case("exit-text", _GIVEN + "import sys\nsys.exit(f'no data: {n}')\n", status=1),
    Case("exit-none", _GIVEN + "import sys\nsys.exit(None)\n"),
    Case("exit-true", _GIVEN + "import sys\nsys.exit(True)\n", status=1),
    Case("exit-256", _GIVEN + "import sys\nsys.exit(256)\n"),
    Case("exit-minus-1", _GIVEN + "import sys\nsys.exit(-1)\n", status=255),
    Case("exit-object", _GIVEN + "import sys\nsys.exit({'n': n})\n", status=1),
    Case("system-exit-raised", _GIVEN + "raise SystemExit(n)\n", status=2),
    Case("os-exit", _GIVEN + "import os\nprint('lost')\nos._exit(n)\n", status=2),
    Case("argparse-good", _PARSER, argv=("--epochs", "7")),
    Case("argparse-default", _PARSER),
    Case("argparse-help", _PARSER, argv=("--help",)),
    Case("argparse-bad", _PARSER, argv=("--epochs", "many"), status=2),
    Case("exception", _GIVEN + "def f():\n    raise ValueError(f'bad {n}')\nf()\n", status=1),
    Case(
        "exception-chained",
        _GIVEN + "try:\n    {}['a']\nexcept KeyError as e:\n    raise RuntimeError(n) from e\n",
        status=1,
    ),
    Case("exception-context", _GIVEN + "try:\n    1 / 0\nfinally:\n    [][n]\n", status=1),
    Case("exception-group", _GIVEN + "raise ExceptionGroup('two', [ValueError(n), TypeError('t')])\n", status=1),
    Case("exception-with-notes", _GIVEN + "e = ValueError(n)\ne.add_note('a note')\nraise e\n", status=1),
    Case("assertion", _GIVEN + "assert n == 1, 'not one'\n", status=1),
    Case("syntax-error", "n = 1\nprint('x'\n", status=1),
    Case("indentation-error", "def f():\nreturn 1\n", status=1),
    Case("syntax-error-imported", _GIVEN + "import broken\n", files={"broken.py": "x = (\n"}, status=1),
    Case("import-error", _GIVEN + "import no_such_module_at_all\n", status=1),
    Case("recursion", _GIVEN + "def f():\n    f()\ntry:\n    f()\nexcept RecursionError as e:\n    print(e)\n"),
    Case("recursion-uncaught", _GIVEN + "def f():\n    f()\nf()\n", status=1),
    Case("keyboard-interrupt", _GIVEN + "raise KeyboardInterrupt\n", status=-2),
    Case(
        "keyboard-interrupt-from-a-signal",
        _GIVEN + "import os, signal\nos.kill(os.getpid(), signal.SIGINT)\nimport time\ntime.sleep(5)\n",
        status=-2,
    ),
    Case("sigterm-to-itself", _GIVEN + "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n", status=-15),
    Case(
        "sigkill-to-itself",
        _GIVEN + "import os, signal\nprint('x', flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n",
        status=-9,
    ),
    Case("segmentation-fault", _GIVEN + "import ctypes\nctypes.string_at(0)\n", status=-11),
    Case("abort", _GIVEN + "import os\nos.abort()\n", status=-6),
    Case(
        "excepthook",
        _GIVEN + "import sys\nsys.excepthook = lambda *a: print('hook', a[0].__name__, a[1])\nraise ValueError(n)\n",
        status=1,
    ),
    Case(
        "excepthook-that-raises",
        _GIVEN + "import sys\ndef hook(*a):\n    1 / 0\nsys.excepthook = hook\nraise ValueError(n)\n",
        status=1,
    ),
    Case(
        "excepthook-that-exits",
        _GIVEN + "import sys\ndef hook(*a):\n    sys.exit(5)\nsys.excepthook = hook\nraise ValueError(n)\n",
        status=5,
    ),
    Case(
        "last-traceback",
        _GIVEN
        + """
import atexit, sys
atexit.register(lambda: print(sys.last_type.__name__, sys.last_traceback.tb_lineno, sys.last_traceback.tb_next))
raise ValueError(n)
""",
        status=1,
    ),
]
STREAMS = [
    Case(
        "interleaved",
        _GIVEN + "import sys\nfor i in range(n):\n    print('out', i)\n    print('err', i, file=sys.stderr)\n",
    ),
    Case("no-newline", _GIVEN + "import sys\nsys.stdout.write(f'end {n}')\nsys.stderr.write('also')\n"),
    Case("unicode", _GIVEN + "print('ä€𝄞', n)\n", env={"PYTHONUTF8": "1"}),
    Case("latin-1", _GIVEN + "print('ä', n)\n", env={"PYTHONIOENCODING": "latin-1"}),
    Case("unencodable", _GIVEN + "print('€', n)\n", env={"PYTHONIOENCODING": "ascii"}, status=1),
    Case("invalid-bytes", _GIVEN + "import sys\nsys.stdout.buffer.write(b'\\xff\\xfe' * n)\n"),
    Case("huge", "n = <<n: 1 => 30000>>\nfor i in range(n):\n    print(i, 'x' * 100)\n"),
    Case("input-at-the-end", _GIVEN + "try:\n    input('? ')\nexcept EOFError as e:\n    print('EOF', e)\n"),
    Case("stdin-empty", _GIVEN + "import sys\nprint(repr(sys.stdin.read()), sys.stdin.fileno(), sys.stdin.isatty())\n"),
    Case(
        "stream-attributes",
        _GIVEN
        + """
import sys
for s in (sys.stdin, sys.stdout, sys.stderr):
    print(s.name, s.mode, s.encoding, s.errors, s.line_buffering, s.write_through, s.isatty(), type(s.buffer).__name__)
print(sys.stdout is sys.__stdout__, sys.stdout.buffer.raw.fileno())
""",
    ),
    Case(
        "unbuffered",
        _GIVEN + "import sys\nprint(sys.stdout.write_through, sys.stderr.write_through)\n",
        env={"PYTHONUNBUFFERED": "1"},
    ),
    *(
        Case(f"streams-made-{name}", _GIVEN + _STREAMS, env=env)
        for name, env in {
            "plainly": {},
            "unbuffered": {"PYTHONUNBUFFERED": "1"},
            "in-latin-1": {"PYTHONIOENCODING": "latin-1:replace"},
            "in-utf-8": {"PYTHONUTF8": "1"},
        }.items()
    ),
    Case(
        "stream-reconfigured",
        _GIVEN
        + "import sys\nfor s in (sys.stdout, sys.stderr):\n    s.reconfigure(encoding='utf-8', errors='replace')\n    print('ä\\udc80', n, file=s)\nsys.stdin.reconfigure(encoding='latin-1')\nprint(repr(sys.stdin.read()))\n",
    ),
    Case(
        "stream-wrapped",
        _GIVEN
        + "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8', line_buffering=True)\nprint('ä', n)\n",
    ),
    Case("stdout-closed", _GIVEN + "import sys\nprint('x')\nsys.stdout.close()\n"),
    Case("descriptor-1-closed", _GIVEN + "import os\nos.close(1)\nprint('x')\n", status=120),
    Case("first-free-descriptor", _GIVEN + "import os\nprint(os.open(os.devnull, os.O_RDONLY))\n"),
    Case("pipe", _GIVEN + "import os, stat\nprint([stat.S_ISFIFO(os.fstat(i).st_mode) for i in (1, 2)])\n"),
    Case("broken-pipe", _GIVEN + "import os, signal\nprint(signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN)\n"),
    Case(
        "output-of-a-child",
        _GIVEN + "import subprocess\nprint('a', flush=True)\nsubprocess.run(['echo', str(n)])\nprint('b')\n",
    ),
]
PROCESS = [
    Case(
        "main-attributes",
        _GIVEN
        + """
import sys
main = sys.modules["__main__"]
print(__name__, __file__, __spec__, __package__, type(__loader__).__name__, __loader__.name, __loader__.path)
print(__doc__, main.__dict__ is globals(), type(__builtins__).__name__, list(globals())[:9], __cached__)
""",
    ),
    Case("a-docstring", "'''What it does.'''\nn = <<n: 1 => 2>>\nprint(__doc__, n)\n"),
    Case("name-is-main", _GIVEN + "print(__name__)\nif __name__ == '__main__':\n    print('guarded')\n"),
    Case("argv", _GIVEN + "import sys\nprint(sys.argv, sys.orig_argv[1:])\n", argv=("a", "--b=c d", "")),
    Case("path-0", _GIVEN + "import sys\nprint(sys.path[0])\n"),
    Case(
        "safe-path",
        _GIVEN + "import sys\nprint('' in sys.path, sys.path[0].endswith('.zip'))\n",
        env={"PYTHONSAFEPATH": "1"},
    ),
    Case("flags", _GIVEN + "import sys\nprint(sys.flags, sys.warnoptions, sys._xoptions)\n"),
    Case("working-folder", _GIVEN + "import os\nprint(os.getcwd(), os.path.relpath(__file__))\n"),
    Case(
        "change-folder",
        _GIVEN + "import os\nos.chdir('/')\nprint(__file__, os.getcwd())\ndef f():\n    raise KeyError(n)\nf()\n",
        status=1,
    ),
    Case("a-module-beside-it", _GIVEN + "import helper\nprint(helper.x)\n", files={"helper.py": "x = 1\n"}),
    Case(
        "shadows-the-library",
        _GIVEN + "import random, select, json, signal, socket\nprint(random.x, json.x, signal.x, socket.x)\n",
        files={name + ".py": f"x = '{name}'\n" for name in ("random", "json", "signal", "socket", "enum_", "ast")},
    ),
    Case(
        "loaded-modules",
        _GIVEN
        + """
import sys
for name in ("enum", "re", "json", "signal", "socket", "threading", "subprocess", "typing", "logging", "ctypes", "ast", "runpy"):
    print(name, name in sys.modules)
""",
    ),
    Case(
        "environment",
        _GIVEN + "import os\nprint(os.environ['GIVEN'], os.getenv('PYTHONNOTHING'))\n",
        env={"GIVEN": "ä=b"},
    ),
    Case(
        "environment-of-a-child",
        _GIVEN + "import os, subprocess\nprint(subprocess.check_output(['sh', '-c', 'echo $GIVEN']))\n",
        env={"GIVEN": "x y"},
    ),
    Case(
        "time-zone",
        _GIVEN + "import time\nprint(time.tzname, time.strftime('%H', time.localtime(0)))\n",
        env={"TZ": "Asia/Tokyo"},
    ),
    Case(
        "locale",
        _GIVEN + "import locale, sys\nprint(locale.setlocale(locale.LC_CTYPE), sys.getfilesystemencoding())\n",
        env={"LC_ALL": "C.UTF-8"},
    ),
    Case("hash-seed", _GIVEN + "print(hash('a'))\n", env={"PYTHONHASHSEED": "7"}),
    Case(
        "warnings-as-errors",
        _GIVEN + "import warnings\nwarnings.warn('w')\n",
        env={"PYTHONWARNINGS": "error"},
        status=1,
    ),
    Case("warnings", _GIVEN + "import warnings\nwarnings.warn('w')\nwarnings.warn('d', DeprecationWarning)\n"),
    Case("syntax-warning", _GIVEN + "print(n is 2)\n"),
    Case("optimized", _GIVEN + "assert n == 1\nprint(__debug__)\n", env={"PYTHONOPTIMIZE": "1"}),
    Case(
        "python-path", _GIVEN + "import far\nprint(far.x)\n", files={"lib/far.py": "x = 3\n"}, env={"PYTHONPATH": "lib"}
    ),
    Case(
        "pickle-of-a-class",
        _GIVEN + "import pickle\nclass C:\n    x = n\nprint(pickle.loads(pickle.dumps(C())).x, C.__module__)\n",
    ),
    Case(
        "thread-left-running",
        _GIVEN
        + "import threading, time\ndef late():\n    time.sleep(0.05)\n    print('late', n)\nthreading.Thread(target=late).start()\nprint('main')\n",
    ),
    Case(
        "daemon-thread",
        _GIVEN
        + "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nprint('main', threading.main_thread().name)\n",
    ),
    Case(
        "thread-that-raises",
        _GIVEN
        + "import threading\ndef f():\n    raise ValueError(n)\nt = threading.Thread(target=f, name='T')\nt.start()\nt.join()\n",
    ),
    Case("at-exit", _GIVEN + "import atexit\natexit.register(print, 'first', n)\natexit.register(print, 'second')\n"),
    Case("at-exit-raises", _GIVEN + "import atexit\n@atexit.register\ndef f():\n    raise ValueError(n)\n"),
    Case(
        "file-not-closed",
        _GIVEN + "f = open('left.txt', 'w')\nf.write('x' * n)\nimport atexit, os\nprint(os.path.getsize('left.txt'))\n",
    ),
    Case(
        "del-at-the-end",
        _GIVEN
        + "class C:\n    def __del__(self):\n        print('gone', n)\nkept = C()\nloop = [C()]\nloop.append(loop)\n",
    ),
    Case(
        "logging-at-the-end",
        _GIVEN
        + "import logging, logging.handlers\nh = logging.handlers.MemoryHandler(100, target=logging.StreamHandler())\nlogging.getLogger().addHandler(h)\nlogging.warning('kept %s', n)\n",
    ),
    Case(
        "signal-handler",
        _GIVEN
        + "import os, signal\nsignal.signal(signal.SIGUSR1, lambda s, f: print('got', s, n))\nos.kill(os.getpid(), signal.SIGUSR1)\n",
    ),
    Case(
        "signals",
        _GIVEN
        + "import signal\nprint([signal.getsignal(s) for s in (2, 13, 15, 17)], signal.pthread_sigmask(0, []), signal.set_wakeup_fd(-1))\n",
    ),
    Case(
        "fork",
        _GIVEN
        + "import os, sys\nif (p := os.fork()) == 0:\n    print('child', n)\n    sys.exit(4)\nprint(os.waitstatus_to_exitcode(os.waitpid(p, 0)[1]))\n",
    ),
    Case(
        "no-children-at-first",
        _GIVEN + "import os\ntry:\n    os.wait()\nexcept ChildProcessError:\n    print('none')\n",
    ),
    Case("pool-fork", _POOL.format("fork")),
    Case("pool-spawn", _POOL.format("spawn")),
    Case("pool-forkserver", _POOL.format("forkserver")),
    Case("pool-spawn-module", _POOL.format("spawn"), module="pkg.work", files={"pkg/__init__.py": ""}),
    Case(
        "futures-processes",
        """
        from concurrent.futures import ProcessPoolExecutor
        scale = <<scale: 1 => 10>>
        def work(x):
            return x * scale
        if __name__ == "__main__":
            with ProcessPoolExecutor(2) as pool:
                print(list(pool.map(work, range(3))))
    """,
    ),
    Case(
        "futures-threads",
        _GIVEN
        + "from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(2) as pool:\n    print(list(pool.map(lambda x: x * n, range(3))))\n",
    ),
    Case(
        "cookie", "# -*- coding: latin-1 -*-\ns = <<s: 'ä' => 'ö'>>\nprint(len(s), 'ü'.encode())\n", encoding="latin-1"
    ),
    Case("byte-order-mark", _GIVEN + "print('ä'.encode(), n)\n", encoding="utf-8-sig"),
    Case("windows-lines", "n = <<n: 1 => 2>>\r\ntext = '''a\r\nb'''\r\nprint(repr(text), n)\r\n"),
    Case("no-newline-in-the-source", "n = <<n: 1 => 2>>\nprint(n)"),
    Case("empty", ""),
    Case("only-a-comment", "# nothing"),
    Case(
        "line-numbers",
        "n = <<n: 1 => [1, 2]>>\n\n\ndef f():\n    import sys\n    return sys._getframe().f_lineno, f.__code__.co_firstlineno\nprint(f(), n)\n",
    ),
    Case(
        "source-of-a-function",
        _GIVEN
        + "import inspect\ndef f():\n    return 'the source'\nprint(inspect.getsource(f), inspect.getsourcefile(f))\n",
    ),
    Case(
        "print-exc",
        _GIVEN + "import traceback\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    traceback.print_exc()\n",
    ),
    Case("garbage", _GIVEN + "import gc\nprint(gc.isenabled(), gc.get_threshold(), gc.get_freeze_count())\n"),
]
CASES = [*ENDINGS, *STREAMS, *PROCESS]
