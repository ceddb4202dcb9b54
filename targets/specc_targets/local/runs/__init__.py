"""What is kept of runs: a folder for each, with a journal of every finished call, from which a killed run goes on.

`state` says where, `directory` is one run, `journal` writes and `recovery` reads what it has done; `reading` gives all
of it in order. Nothing is imported here: who only writes need not wait for what reads.
"""
