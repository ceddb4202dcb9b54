"""The picture of the Mandelbrot set is right, whoever computes it, and is not computed twice."""

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any

SPEC = Path(__file__).parents[2] / "specs" / "mandelbrot" / "mandelbrot.toml"


def run(folder: Path, *arguments: str) -> dict[str, Any]:
    """What a run gives that keeps itself in `folder`."""
    command = [sys.executable, "-m", "specc.cli", "run", "--local", "--json", str(SPEC), *arguments]
    environment = {**os.environ, "SPECC_STATE": str(folder / "state")}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False, cwd=folder, env=environment
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    kept = json.loads((folder / "state" / "runs" / found["run"] / "result.json").read_bytes())
    return {**found, "calls": kept["calls"]}


def stays(point: complex, depth: int) -> bool:
    """By complex numbers, which the example does not use."""
    z = 0j
    for _ in range(depth):
        if z.real**2 + z.imag**2 > 4:
            return False
        z = z * z + point
    return True


def test_the_number_of_points_is_that_of_another_computation(tmp_path: Path) -> None:
    columns, rows, span, depth = 40, 30, 2.6, 60
    given = {"columns": columns, "rows": rows, "span": span, "depth": depth}
    found = run(tmp_path, *(part for name, value in given.items() for part in ("-p", f"{name}={value}")))
    pixel = span / columns
    points = [
        complex(-0.65 + (column + 0.5 - columns / 2) * pixel, -(row + 0.5 - rows / 2) * pixel)
        for row in range(rows)
        for column in range(columns)
    ]
    assert found["outputs"]["inside"] == sum(stays(point, depth) for point in points)


def test_what_was_painted_is_not_painted_again(tmp_path: Path) -> None:
    first, second = run(tmp_path), run(tmp_path)
    assert (first["calls"]["paint"], second["calls"].get("paint", 0)) == (6, 0)
    assert first["outputs"] == second["outputs"]
    deeper = run(tmp_path, "-p", "depth=201")
    assert deeper["calls"]["paint"] == 6


def test_the_picture_can_be_looked_at(tmp_path: Path) -> None:
    found = run(tmp_path, "-p", "file=picture.png", "-p", "columns=30", "-p", "rows=20")
    assert found["skipped"] == []
    data = (tmp_path / "picture.png").read_bytes()
    chunks = dict(chunks_of(data))
    assert struct.unpack("!IIBBBBB", chunks[b"IHDR"]) == (30, 20, 8, 3, 0, 0, 0)
    assert len(chunks[b"PLTE"]) == 3 * 256
    rows = zlib.decompress(chunks[b"IDAT"])
    lines = [rows[start : start + 31] for start in range(0, len(rows), 31)]
    assert [line[0] for line in lines] == [0] * 20
    assert sum(line[1:].count(255) for line in lines) == found["outputs"]["inside"]


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    """The parts of a PNG, each with its checksum compared."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    found, position = [], 8
    while position < len(data):
        (size,) = struct.unpack_from("!I", data, position)
        kind, content = data[position + 4 : position + 8], data[position + 8 : position + 8 + size]
        assert struct.unpack_from("!I", data, position + 8 + size) == (zlib.crc32(kind + content),)
        found.append((kind, content))
        position += size + 12
    assert found[-1] == (b"IEND", b"")
    return found
