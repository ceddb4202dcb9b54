// Makes what is packaged: one file of the extension and all it needs, the schema, the license.
// `SPECC` is the program that prints the schema; `vscode` itself is there where the extension runs.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { build } from "esbuild";

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.cjs",
  bundle: true,
  platform: "node",
  target: "node22",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  legalComments: "inline",
  logLevel: "warning",
});
mkdirSync("schemas", { recursive: true });
const specc = process.env.SPECC ?? "../../../.venv/bin/specc";
execFileSync(specc, ["schema", "--draft", "7", "-o", "schemas/specc.schema.json"], { stdio: ["ignore", "ignore", "inherit"] });
copyFileSync("../../../LICENSE", "LICENSE");
