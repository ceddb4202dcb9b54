/** Where the program is looked for, and in which order. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { candidates, findProgram, type Places } from "../src/program.ts";

const NOWHERE: Places = {
  setting: "",
  interpreter: undefined,
  folders: [],
  searchPath: "",
  home: "/home/ada",
  platform: "linux",
};

test("the selected interpreter, then .venv, then PATH", () => {
  const places = {
    ...NOWHERE,
    interpreter: "/envs/one/bin/python",
    folders: ["/project/a", "/project/b"],
    searchPath: "/usr/local/bin:/usr/bin",
  };
  assert.deepEqual(candidates(places), [
    "/envs/one/bin/specc",
    "/project/a/.venv/bin/specc",
    "/project/b/.venv/bin/specc",
    "/usr/local/bin/specc",
    "/usr/bin/specc",
  ]);
});

test("the same place is looked at once", () => {
  const places = { ...NOWHERE, interpreter: "/project/a/.venv/bin/python3", folders: ["/project/a"], searchPath: "/project/a/.venv/bin" };
  assert.deepEqual(candidates(places), ["/project/a/.venv/bin/specc"]);
});

test("nothing relative on PATH, and no interpreter without a place", () => {
  const places = { ...NOWHERE, interpreter: "python", searchPath: ".:bin::/usr/bin" };
  assert.deepEqual(candidates(places), ["/usr/bin/specc"]);
});

test("a setting is the only candidate", () => {
  const places = { ...NOWHERE, interpreter: "/envs/one/bin/python", folders: ["/project/a", "/project/b"], searchPath: "/usr/bin" };
  assert.deepEqual(candidates({ ...places, setting: "/opt/specc" }), ["/opt/specc"]);
  assert.deepEqual(candidates({ ...places, setting: "~/bin/specc" }), ["/home/ada/bin/specc"]);
  assert.deepEqual(candidates({ ...places, setting: "tools/specc" }), ["/project/a/tools/specc", "/project/b/tools/specc"]);
});

test("Windows", () => {
  const places: Places = {
    ...NOWHERE,
    platform: "win32",
    interpreter: "C:\\envs\\one\\Scripts\\python.exe",
    folders: ["C:\\project"],
    searchPath: "C:\\bin;bin",
  };
  assert.deepEqual(candidates(places), [
    "C:\\envs\\one\\Scripts\\specc.exe",
    "C:\\project\\.venv\\Scripts\\specc.exe",
    "C:\\bin\\specc.exe",
  ]);
});

test("the first that can be executed is taken, and the rest is not looked at", async () => {
  const looked: string[] = [];
  const found = await findProgram({ ...NOWHERE, searchPath: "/a:/b:/c" }, async (file) => {
    looked.push(file);
    return file === "/b/specc";
  });
  assert.equal(found, "/b/specc");
  assert.deepEqual(looked, ["/a/specc", "/b/specc"]);
  assert.equal(await findProgram({ ...NOWHERE, searchPath: "/a" }, async () => false), undefined);
});
