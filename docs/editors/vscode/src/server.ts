/** The process of the language server. */

import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { SERVER_ARGUMENTS } from "./launches.ts";

/** How much of what a server says on its standard error is kept for messages. */
const KEPT = 4096;

/** A server that was started, and how it ended. */
export class ServerProcess {
  readonly process: ChildProcessWithoutNullStreams;
  /** The end of what it wrote on standard error. */
  said = "";
  /** Its exit code; null before it has ended, and when a signal, or no start at all, was the end. */
  code: number | null = null;
  /** The same, when it has ended. */
  readonly exit: Promise<number | null>;

  constructor(program: string, folder: string | undefined) {
    this.process = spawn(program, SERVER_ARGUMENTS, { stdio: "pipe", shell: false, ...(folder ? { cwd: folder } : {}) });
    this.process.stderr.on("data", (data: Buffer) => {
      this.said = (this.said + data.toString()).slice(-KEPT);
    });
    this.exit = new Promise((resolve) => {
      this.process.once("error", () => resolve(null));
      this.process.once("close", (code) => {
        this.code = code;
        resolve(code);
      });
    });
  }
}
