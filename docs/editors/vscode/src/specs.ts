/** Which documents are specs: the rule of the language server, which decides again. */

const SUFFIXES = [".specc.toml", ".specc.yaml", ".specc.yml", ".specc.json"];
const SETTINGS = "specc.config.toml";
const DIRECTIVE = /^\ufeff?(?:\s*#[^\n]*\n)*?\s*#[^\n]*specc\.schema\.json/;
const YAML_KEY = /^["']?specc["']?[ \t]*:/m;
const JSON_KEY = /^\s*\{[^{}[\]]*?"specc"\s*:/;
const TOML_KEY = /^(?:(?![ \t]*\[)[^\n]*\n)*?[ \t]*["']?specc["']?[ \t]*=/;
/** Only so much of a text is looked at: the key of a spec stands at the top. */
const LOOKED_AT = 16_384;

/** Whether a document is a spec, or the settings of a project, by its path and its text. */
export function isSpec(path: string, text: string): boolean {
  const name = (path.split(/[\\/]/).at(-1) ?? "").toLowerCase();
  if (name === SETTINGS || SUFFIXES.some((suffix) => name.endsWith(suffix))) {
    return true;
  }
  const top = text.slice(0, LOOKED_AT);
  if (DIRECTIVE.test(top)) {
    return true;
  }
  if (top.trimStart().startsWith("{")) {
    return JSON_KEY.test(top);
  }
  if (name.endsWith(".yaml") || name.endsWith(".yml")) {
    return YAML_KEY.test(top);
  }
  return name.endsWith(".toml") && TOML_KEY.test(top);
}
