"""The program of a process that forks one more for each run of a script: `python server.py DESCRIPTOR`.

The script runs at the bottom of this file, in a forked process, and what follows is the interpreter's own end: threads
are waited for, `atexit` is called, files are flushed, and the exit status is what the script makes it.
"""

_bare = dict(globals())  # what Python itself gives to a main module

import sys as _sys  # noqa: E402  # after the look at what there is

if not _sys.flags.safe_path:
    del _sys.path[0]
_sys.path.insert(0, __file__.rpartition("/")[0].rpartition("/")[0].rpartition("/")[0])

from specc_runtime.scripts import child as _child  # noqa: E402  # found only now
from specc_runtime.scripts import serving as _serving  # noqa: E402  # found only now

del _sys.path[0]
_request = _serving.serve(int(_sys.argv[1]))  # comes back in a forked process
try:
    _run = _child.prepare(_request, _bare)
    del _request
    _run(*_child.taken())
except BaseException as _error:  # whatever it is, it goes on to the interpreter
    _child.note(_error)
    raise
