import json
import os
from pathlib import Path

text = Path("given.txt").read_text() if Path("given.txt").exists() else "nothing"
Path("out").mkdir(exist_ok=True)
Path("out/copy.txt").write_text(text.upper())
Path("metrics.json").write_text(json.dumps({"letters": len(text), "mode": os.environ.get("MODE")}))
print(input() if text == "nothing" else "no input")
