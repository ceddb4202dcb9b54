"""Bringing what other tools run into specs.

`specc import kogine` reads configurations and workflows that were written for KohakuEngine. They are Python files. They
are read, not run: `reading` understands as much of Python as configurations are made of, and says of the rest on which
line it stands. What it gives is data (`values`); `sweeps`, `steps` and `spec` make a spec of it.
"""
