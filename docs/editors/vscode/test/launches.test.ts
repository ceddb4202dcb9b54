/** Arguments are lists, and stay what they are whatever names hold. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { drawGraph, runStep, runTest } from "../src/launches.ts";
import { ended, notFound } from "../src/messages.ts";
import { graphPage } from "../src/picture.ts";

test("steps, tests and graphs", () => {
  assert.deepEqual(runStep("/a b/c.toml", "train"), {
    title: "step train",
    args: ["run", "--local", "--step=train", "--", "c.toml"],
    folder: "/a b",
  });
  assert.deepEqual(runTest("/a/c.yaml", "it works").args, ["test", "--name=it works", "--", "c.yaml"]);
  assert.deepEqual(drawGraph("/a/c.toml").args, ["graph", "--format=svg", "--", "c.toml"]);
});

test("no name is taken for an option or by a shell", () => {
  for (const name of ["--help", "$(touch x)", "a; b", "`c`", "\"", "*", "a\nb", "ä"]) {
    const { args } = runStep("/a/-p.toml", name);
    const echoed = execFileSync(process.execPath, ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...args]);
    assert.deepEqual(JSON.parse(echoed.toString()), ["run", "--local", `--step=${name}`, "--", "-p.toml"]);
  }
});

test("the page of a graph runs no script and loads nothing", () => {
  const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>");
  const page = graphPage("<img onerror=alert(1)>\"", svg);
  assert.match(page, /content="default-src 'none'; img-src data:; style-src 'unsafe-inline'"/);
  assert.ok(!page.includes("<script") && !page.includes("<img onerror"));
  const data = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(page)?.[1] ?? "";
  assert.deepEqual(Buffer.from(data, "base64"), svg);
});

test("messages say what to install", () => {
  assert.match(notFound(""), /PATH.*pip install/);
  assert.match(notFound("/opt/specc"), /`\/opt\/specc`.*pip install/);
  assert.equal(ended(3, "warning\nerror: needs pygls; install with: pip install\n", ""), "needs pygls; install with: pip install");
  assert.match(ended(3, "", ""), /pip install/);
  assert.match(ended(1, "Traceback", "why"), /\(why, exit code 1\)/);
  assert.match(ended(null, "", "why"), /\(why\)/);
});
