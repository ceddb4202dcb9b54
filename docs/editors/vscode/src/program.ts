/** Finds the program `specc`. */

import * as path from "node:path";

/** Where it may be. */
export interface Places {
  /** The setting `specc.path`; empty when it is not set. */
  readonly setting: string;
  /** The Python interpreter that is selected in the editor. */
  readonly interpreter: string | undefined;
  /** The folders of the workspace. */
  readonly folders: readonly string[];
  /** `PATH`. */
  readonly searchPath: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
}

/** Paths where the program may be, the best first. A setting is the only one: what somebody chose is not passed over. */
export function candidates(places: Places): string[] {
  const { join, dirname, isAbsolute, delimiter } = places.platform === "win32" ? path.win32 : path.posix;
  const windows = places.platform === "win32";
  const name = windows ? "specc.exe" : "specc";
  if (places.setting !== "") {
    const wanted = places.setting.replace(/^~(?=[\\/])/, () => places.home);
    return isAbsolute(wanted) ? [wanted] : places.folders.map((folder) => join(folder, wanted));
  }
  const besides = places.interpreter !== undefined && isAbsolute(places.interpreter) ? [dirname(places.interpreter)] : [];
  const environments = places.folders.map((folder) => join(folder, ".venv", windows ? "Scripts" : "bin"));
  // A relative entry of `PATH` would mean whatever folder the editor was started in.
  const searched = places.searchPath.split(delimiter).filter((entry) => isAbsolute(entry));
  const found = [...besides, ...environments, ...searched].map((folder) => join(folder, name));
  return [...new Set(found)];
}

/** The first candidate that can be executed. */
export async function findProgram(
  places: Places,
  isExecutable: (file: string) => Promise<boolean>,
): Promise<string | undefined> {
  for (const file of candidates(places)) {
    if (await isExecutable(file)) {
      return file;
    }
  }
  return undefined;
}
