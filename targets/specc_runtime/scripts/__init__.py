"""Runs Python scripts as `python script.py` does, with some of their globals put in from outside.

`bindings` finds where a script binds its globals, `transform` puts values there, `sources` keeps what came of it.
`servers` leads processes that fork one for each run: `server` is their program, `serving` what it does, and `child`
what the forked process does before and after the script. Those load nothing that a bare Python has not loaded.
"""
