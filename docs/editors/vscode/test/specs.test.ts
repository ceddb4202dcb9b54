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

/** The least time of several looks at a text that is none. */
function least(text: string): number {
  const times = Array.from({ length: 25 }, () => {
    const started = performance.now();
    assert.equal(isSpec("/a/b.toml", text), false);
    return performance.now() - started;
  });
  return Math.min(...times);
}

for (const piece of ["# a\n", "#\n\n", "a = 1\n", "\n", " ", "[", "a"]) {
  test(`many of ${JSON.stringify(piece)} take no more time than some do`, () => {
    const some = least(piece.repeat(16_000 / piece.length));
    assert.ok(least(piece.repeat(8_000_000 / piece.length)) < 50 * some, "only the beginning is looked at");
    const few = least(piece.repeat(2_000 / piece.length));
    assert.ok(some < 30 * few, `${some} and ${few}: time grows with the letters, not with their square`);
  });
}
