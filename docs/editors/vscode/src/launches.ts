/** What is run for the commands, as lists of arguments: no shell ever sees them. */

import * as path from "node:path";

/** One run of specc. */
export interface Launch {
  /** What the terminal is called. */
  readonly title: string;
  readonly args: readonly string[];
  /** The folder of the spec: its runs and settings are there. */
  readonly folder: string;
}

/** Run one step of a spec, and what it needs. */
export function runStep(file: string, step: string): Launch {
  return launch(file, `step ${step}`, ["run", "--local", `--step=${step}`]);
}

/** Run one test of a spec. */
export function runTest(file: string, test: string): Launch {
  return launch(file, `test ${test}`, ["test", `--name=${test}`]);
}

/** Draw the steps of a spec. */
export function drawGraph(file: string): Launch {
  return launch(file, `graph of ${path.basename(file)}`, ["graph", "--format=svg"]);
}

/** The language server. */
export const SERVER_ARGUMENTS: readonly string[] = ["lsp", "--stdio"];

function launch(file: string, title: string, args: readonly string[]): Launch {
  // What follows `--` is a file, even when its name begins with a dash.
  return { title, args: [...args, "--", path.basename(file)], folder: path.dirname(file) };
}
