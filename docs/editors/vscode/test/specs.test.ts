/** Which documents are specs. The server decides again: `specs.json` is for tests of both. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isSpec } from "../src/specs.ts";
import cases from "./specs.json" with { type: "json" };

for (const [wanted, path, text] of cases as [boolean, string, string][]) {
  test(`${path} with ${JSON.stringify(text)} is ${wanted ? "a" : "no"} spec`, () => {
    assert.equal(isSpec(path, text), wanted);
    assert.equal(isSpec(path.replaceAll("/", "\\"), text), wanted);
  });
}

test("the settings of a project are told to the server, too", () => {
  assert.equal(isSpec("/a/specc.config.toml", ""), true);
});

test("other languages are not", () => {
  assert.equal(isSpec("/a/b.py", "specc = 1"), false);
});

test("a long text takes no time", () => {
  const started = performance.now();
  assert.equal(isSpec("/a/b.toml", "# a\n".repeat(1_000_000)), false);
  assert.equal(isSpec("/a/b.toml", `a = "${" ".repeat(10_000_000)}"`), false);
  assert.ok(performance.now() - started < 1000);
});
