"""Neovim, as docs/editors.md sets it up, with the real language server; and what the page says for Helix is TOML."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
SCRIPTS = Path(sys.executable).parent

LOOK = """
-- Wait for diagnostics, mend the text, wait until they are gone, ask what is shown; tell all as JSON.
local told = { clients = {} }
local function diagnostics() return vim.diagnostic.get(0) end
vim.cmd("edit " .. vim.env.SPEC)
told.reported = vim.wait(60000, function() return #diagnostics() > 0 end, 20)
for _, found in ipairs(diagnostics()) do
  told.found = { line = found.lnum + 1, column = found.col + 1, message = found.message, source = found.source }
end
for _, client in pairs((vim.lsp.get_clients or vim.lsp.get_active_clients)()) do
  table.insert(told.clients, client.name)
end
local function ask(method, more)
  local parameters = vim.tbl_extend("error", { textDocument = vim.lsp.util.make_text_document_params() }, more)
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, parameters, 60000) or {}) do
    return answer.result
  end
end
vim.api.nvim_buf_set_lines(0, 4, 5, true, { 'call = "functions:one"' })
told.mended = vim.wait(60000, function() return #diagnostics() == 0 end, 20)
told.hover = ask("textDocument/hover", { position = { line = 4, character = 19 } })
told.lenses = ask("textDocument/codeLens", {})
vim.cmd("edit! " .. vim.env.OTHER)
told.other = { lenses = ask("textDocument/codeLens", {}), diagnostics = #diagnostics() }
local file = assert(io.open(vim.env.TOLD, "w"))
file:write(vim.fn.json_encode(told))
file:close()
vim.cmd("qall!")
"""


def snippets() -> dict[str, str]:
    """The Lua of the page: for Neovim 0.11 and later, and for earlier ones."""
    new, old = re.findall(r"```lua\n(.*?)```", PAGE, re.DOTALL)
    assert "vim.lsp.enable" in new
    assert "vim.lsp.enable" not in old
    return {"0.11 and later": new, "before 0.11": old}


def neovim(which: str) -> Path:
    """A Neovim of these versions: one on PATH, or of a wheel."""
    for place in (shutil.which("nvim"), shutil.which("nvim", path=str(SCRIPTS))):
        if place is not None:
            first = subprocess.run([place, "--version"], capture_output=True, text=True, check=True, timeout=60).stdout
            found = re.match(r"NVIM v(\d+)\.(\d+)", first)
            assert found is not None, first
            if ((int(found[1]), int(found[2])) >= (0, 11)) == (which == "0.11 and later"):
                return Path(place)
    pytest.skip(f"no Neovim {which}: `make neovim`")


@pytest.mark.slow
@pytest.mark.parametrize("which", snippets())
def test_the_snippet_of_the_page(which: str, tmp_path: Path) -> None:
    program = neovim(which)
    (tmp_path / "functions.py").write_text("def one() -> int:\n    return 1\n")
    spec, other, told = tmp_path / "a.toml", tmp_path / "other.toml", tmp_path / "told.json"
    spec.write_text('specc = 1\nkind = "pipeline"\nname = "a"\n[steps.one]\ncall = "functions:onn"\n')
    other.write_text('name = "no spec"\n[steps.one]\ncall = "functions:onn"\n')
    (tmp_path / "init.lua").write_text(snippets()[which])
    (tmp_path / "look.lua").write_text(LOOK)
    environment = {
        **os.environ,
        "PATH": f"{SCRIPTS}:{os.environ['PATH']}",
        "SPEC": str(spec),
        "OTHER": str(other),
        "TOLD": str(told),
        "HOME": str(tmp_path),
        **{f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
    }
    command = [
        program,
        "--headless",
        "--clean",
        "-c",
        "filetype on",
        "-c",
        "luafile init.lua",
        "-c",
        "luafile look.lua",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, stdin=subprocess.DEVNULL, check=False
    )  # fmt: skip
    assert told.exists(), done.stdout + done.stderr
    seen = json.loads(told.read_text())
    assert seen["clients"] == ["specc"]
    assert seen["reported"] is True
    assert (seen["found"]["line"], seen["found"]["column"], seen["found"]["source"]) == (5, 19, "specc")
    assert "`functions`" in seen["found"]["message"]
    assert seen["mended"] is True
    assert [lens["command"]["title"] for lens in seen["lenses"]] == ["Show graph", "Run step"]
    assert "one" in json.dumps(seen["hover"])
    assert not seen["other"]["lenses"], "what is no spec is left alone"
    assert seen["other"]["diagnostics"] == 0


def test_the_settings_of_helix_are_toml() -> None:
    section = PAGE[PAGE.index("### Helix") : PAGE.index("### Zed")]
    (text,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    settings = tomllib.loads(text)
    assert settings["language-server"]["specc"] == {"command": "specc", "args": ["lsp"]}
    assert [language["name"] for language in settings["language"]] == ["toml", "yaml", "json"]
    assert all(language["language-servers"][0] == "specc" for language in settings["language"])
