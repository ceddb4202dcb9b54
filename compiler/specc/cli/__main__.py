"""`python -m specc.cli` is `specc`."""

from specc.cli import main

main()
