/** The extension as it is packaged, in an editor that is a fake, with the real library and a real `specc lsp`. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type * as vscode from "vscode";
import { Editor, type Extension, loadExtension } from "./fake_vscode.ts";

const SPECC = process.env["SPECC"] ?? path.resolve(import.meta.dirname, "../../../../.venv/bin/specc");
const SPEC = `specc = 1
kind = "pipeline"
name = "a"

[steps.one]
call = "functions:one"

[outputs]
one = "\${steps.one}"

[[tests]]
name = "it is; \$(not) a shell's"
expect.outputs.one = 1
`;
const WRONG = SPEC.replace("functions:one", "functions:two");

let folder: string;
let editor: Editor;
let extension: Extension;
let subscriptions: vscode.Disposable[];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "specc editor ")));
  writeFileSync(path.join(folder, "functions.py"), "def one() -> int:\n    return 1\n");
  writeFileSync(path.join(folder, "a.toml"), SPEC);
});

afterEach(async () => {
  await extension.deactivate();
  subscriptions.forEach((one) => one.dispose());
  rmSync(folder, { recursive: true });
});

function activate(isTrusted = true): void {
  editor = new Editor(folder, isTrusted);
  extension = loadExtension(editor);
  subscriptions = [];
}

function begin(): void {
  extension.activate({ subscriptions });
}

/** A program that notes its process id in `starts` and then does what `then` says. */
function program(then: string, name = "specc"): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho $$ >> '${folder}/starts'\n${then}\n`);
  chmodSync(file, 0o755);
  return file;
}

function starts(): number[] {
  const file = path.join(folder, "starts");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").map(Number) : [];
}

/** Wait for the end of a process. */
async function ends(pid: number | undefined): Promise<void> {
  assert.ok(pid);
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(10);
  }
}

function messages(document: vscode.TextDocument): Promise<string[]> {
  const found = () => editor.diagnostics.get(document.uri.toString())?.map(({ message }) => message);
  return editor.until("diagnostics", found);
}

const REAL = `exec '${SPECC}' "$@"`;

test("a wrong spec has diagnostics, a right one none, and another file is left alone", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  const wrong = editor.open("a.toml", "toml", WRONG);
  assert.match((await messages(wrong)).join(), /`functions` has no function `two`|functions.*two/);
  const right = editor.open("b.specc.toml", "toml", SPEC);
  assert.deepEqual(await messages(right), []);
  const yaml = editor.open("c.yaml", "yaml", "specc: 1\nkind: pipelin\nname: a\n");
  assert.match((await messages(yaml)).join(), /pipelin/);
  assert.deepEqual(editor.errors, []);
});

test("without a spec nothing is started", async () => {
  activate();
  editor.settings.set("specc.path", program(REAL));
  begin();
  editor.open("pyproject.toml", "toml", "[project]\nname = 'a'\n");
  editor.open("a.yaml", "yaml", "tools:\n  specc: 1\n");
  await extension.deactivate();
  assert.deepEqual(starts(), []);
  assert.deepEqual([...editor.commands.keys()], ["specc.restart"]);
});

test("in a workspace that is not trusted nothing is started until it is", async () => {
  activate(false);
  editor.settings.set("specc.path", program(REAL));
  begin();
  const document = editor.open("a.toml", "toml", WRONG);
  await editor.commands.get("specc.restart")?.();
  assert.deepEqual(starts(), []);
  editor.trust();
  assert.equal((await messages(document)).length, 1);
  assert.equal(starts().length, 1);
});

test("the program of the selected interpreter, before that of .venv", async () => {
  activate();
  editor.interpreter = path.join(folder, "python");
  program(REAL);
  begin();
  await messages(editor.open("a.toml", "toml", WRONG));
  assert.equal(starts().length, 1);
});

test("steps and tests run in a terminal, with arguments that no shell sees", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  const document = editor.open("a.toml", "toml", SPEC);
  await editor.until("the commands", () => editor.commands.has("specc.showGraph"));
  const uri = document.uri.toString();
  await editor.commands.get("specc.runStep")?.(uri, "one");
  await editor.commands.get("specc.runTest")?.(uri, "it is; $(not) a shell's");
  assert.deepEqual(editor.saved, ["a.toml", "a.toml"]);
  const [step, test] = editor.tasks;
  assert.deepEqual(step?.execution.args, ["run", "--local", "--step=one", "--", "a.toml"]);
  assert.deepEqual(step?.definition, { type: "specc", arguments: step?.execution.args });
  assert.equal(step?.name, "step one");
  const printed = [step, test].map((task) =>
    execFileSync(task?.execution.process ?? "", task?.execution.args, { cwd: String(task?.execution.options.cwd), stdio: "pipe" }).toString(),
  );
  assert.match(printed[0] ?? "", /1/);
  assert.match(printed[1] ?? "", /1 passed, 0 failed/);
});

test("what is no step of a file is not run", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  editor.open("a.toml", "toml", SPEC);
  await editor.until("the commands", () => editor.commands.has("specc.showGraph"));
  for (const args of [[], ["https://example.org/a.toml", "one"], [{}, "one"], ["file:///a.toml", 1]]) {
    await editor.commands.get("specc.runStep")?.(...args);
  }
  assert.deepEqual(editor.tasks, []);
});

test("a graph is a picture in a page without scripts", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  const document = editor.open("a.toml", "toml", SPEC);
  await editor.until("the commands", () => editor.commands.has("specc.showGraph"));
  await editor.commands.get("specc.showGraph")?.(document.uri.toString());
  const [panel] = editor.panels;
  assert.deepEqual(editor.errors, []);
  assert.equal(panel?.title, "a.toml");
  assert.deepEqual(panel?.options, { enableScripts: false, localResourceRoots: [] });
  const data = /base64,([^"]+)"/.exec(panel?.webview.html ?? "")?.[1] ?? "";
  assert.match(Buffer.from(data, "base64").toString(), /<svg[^]*one[^]*<\/svg>/);
});

test("why a graph cannot be drawn is told", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  writeFileSync(path.join(folder, "a.toml"), "specc = ");
  const document = editor.open("a.toml", "toml", SPEC);
  await editor.until("the commands", () => editor.commands.has("specc.showGraph"));
  await editor.commands.get("specc.showGraph")?.(document.uri.toString());
  assert.match(editor.errors.join(), /^a.toml cannot be drawn: error\[SPC0/);
  assert.deepEqual(editor.panels, []);
});

test("a missing program is told once", async () => {
  activate();
  editor.settings.set("specc.path", "nowhere/specc");
  begin();
  editor.open("a.toml", "toml", SPEC);
  editor.open("b.toml", "toml", SPEC);
  await editor.until("a message", () => editor.errors.length > 0);
  await extension.deactivate();
  assert.deepEqual(editor.errors.length, 1);
  assert.match(editor.errors[0] ?? "", /^specc.path is `nowhere\/specc`, which is no program; install it with: pip install/);
});

test("a missing extra is told, and the server not started again until somebody asks", async () => {
  activate();
  const said = "the language server needs pygls; install with: pip install '.[lsp]' in a clone of specc";
  editor.settings.set("specc.path", program(`echo "error: ${said}" >&2; exit 3`));
  begin();
  const document = editor.open("a.toml", "toml", WRONG);
  await editor.until("a message", () => editor.errors.includes(said));
  await setTimeout(200); // nothing comes after it
  assert.equal(starts().length, 1);
  assert.deepEqual(editor.errors, [said]);
  program(REAL);
  await editor.commands.get("specc.restart")?.();
  assert.equal((await messages(document)).length, 1);
});

test("a server that is killed is started again", async () => {
  activate();
  editor.settings.set("specc.path", program(REAL));
  begin();
  const document = editor.open("a.toml", "toml", WRONG);
  await messages(document);
  editor.diagnostics.clear();
  process.kill(starts()[0] ?? 0, "SIGKILL");
  assert.equal((await messages(document)).length, 1);
  assert.equal(starts().length, 2);
});

test("a server that crashes and crashes is given up", async () => {
  activate();
  editor.settings.set("specc.path", program("exit 1"));
  begin();
  editor.open("a.toml", "toml", SPEC);
  await editor.until("a message", () => editor.errors.length > 0);
  assert.match(editor.errors.join(), /^the language server of specc failed \(.*, exit code 1\); the output channel says more$/);
  await setTimeout(200); // nothing comes after it
  assert.equal(editor.errors.length, 1);
});

test("a program that is no language server is told", async () => {
  activate();
  editor.settings.set("specc.path", program("exec cat"));
  begin();
  editor.open("a.toml", "toml", SPEC);
  await editor.until("a message", () => editor.errors.length > 0);
  assert.match(editor.errors.join(), /^the language server of specc failed/);
  await extension.deactivate();
  await ends(starts()[0]);
});

test("another program in the settings is started at once, and the end of the editor ends it", async () => {
  activate();
  editor.settings.set("specc.path", SPECC);
  begin();
  const document = editor.open("a.toml", "toml", WRONG);
  await messages(document);
  editor.set("specc.path", program(REAL));
  const [pid] = await editor.until("a start", () => starts().length > 0 && starts());
  await editor.until("the commands", () => editor.commands.has("specc.showGraph"));
  await messages(document);
  await extension.deactivate();
  await ends(pid);
});
