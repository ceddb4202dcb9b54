/** What is said when something is missing. */

const INSTALL = "install it with: pip install '.[lsp]' in a clone of specc";

/** Exit code of specc when something outside of it is missing. */
export const MISSING = 3;

/** There is no program. */
export function notFound(setting: string): string {
  return setting === ""
    ? `specc was not found in the selected Python environment, in .venv or on PATH; ${INSTALL}, or set specc.path`
    : `specc.path is \`${setting}\`, which is no program; ${INSTALL}`;
}

/** The server is of no use. `said` is what it wrote on its standard error. */
export function ended(code: number | null, said: string, reason: string): string {
  const last = said.trim().split("\n").at(-1) ?? "";
  if (code === MISSING) {
    return last.replace(/^error: /, "") || `the language server needs more packages; ${INSTALL}`;
  }
  const how = code === null ? "" : `, exit code ${code}`;
  return `the language server of specc failed (${reason}${how}); the output channel says more`;
}
