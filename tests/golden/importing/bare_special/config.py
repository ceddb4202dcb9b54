from pathlib import Path

out = Path("runs") / "a"
options = {1: "a"}
seed = {1, 2}
