import sys
from pathlib import Path

how = "status"
log = ""


class TooMany(ValueError):
    pass


if log:
    with Path(log).open("a") as file:
        file.write("tried\n")
if how == "status":
    sys.exit(3)
if how == "text":
    sys.exit("no such bird")
if how == "raises":
    raise TooMany("99 birds")
if how == "third" and len(Path(log).read_text().splitlines()) < 3:
    raise ConnectionError("not yet")
value = "fine"
sys.exit(0)
