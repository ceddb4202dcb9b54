/** The client of the language server, and what it does when the server ends. */

import { setTimeout } from "node:timers/promises";
import * as vscode from "vscode";
import {
  CloseAction,
  type CloseHandlerResult,
  type ErrorHandler,
  LanguageClient,
  type LanguageClientOptions,
  State,
} from "vscode-languageclient/node";
import { ended, MISSING } from "./messages.ts";
import { ServerProcess } from "./server.ts";

/** Files of these languages are told to the server, which leaves alone what is no spec. */
const LANGUAGES = ["toml", "yaml", "json", "jsonc"];
/** Milliseconds that a server which has failed has for ending, so that it can be said how. */
const ENDING = 1000;

/** Does what a lens says; without arguments it comes from the palette. */
export type Command = (name: string, args: readonly unknown[]) => Promise<void>;

/** A client of the server that `program` is. It starts the server again when that ends, some times. */
export class Client extends LanguageClient {
  /** What runs, or ran last. */
  readonly #servers: ServerProcess[] = [];
  #told = false;

  constructor(program: string, folder: string | undefined, run: Command) {
    const servers: ServerProcess[] = [];
    let client: Client;
    let usual: ErrorHandler | undefined;
    const usualHandler = () => (usual ??= client.createDefaultErrorHandler());
    const options: LanguageClientOptions = {
      documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
      errorHandler: {
        error: (error, message, count) => usualHandler().error(error, message, count),
        closed: () => client.#closed(usualHandler()),
      },
      initializationFailedHandler: () => false,
      // The server has these commands as well, for editors without a terminal. They are registered for it; here they are ours.
      middleware: { executeCommand: (name, args) => run(name, args) },
    };
    const start = async () => {
      servers[0] = new ServerProcess(program, folder);
      return servers[0].process;
    };
    super("specc", "specc", start, options);
    this.#servers = servers;
    client = this;
    this.onDidChangeState(({ newState }) => {
      void vscode.commands.executeCommand("setContext", "specc.running", newState === State.Running);
    });
  }

  /** Start the server. When that fails it is said, and the client is of no use any more. */
  override async start(): Promise<void> {
    try {
      await super.start();
    } catch (error) {
      await Promise.race([this.#servers[0]?.exit, setTimeout(ENDING, undefined, { ref: false })]);
      await this.#tell((error as Error).message);
    }
  }

  /** Stop the server, also one that has not answered. */
  override async dispose(timeout?: number): Promise<void> {
    try {
      await super.dispose(timeout);
    } finally {
      this.#servers[0]?.process.kill();
    }
  }

  /** The library shows one failure in several messages. They are in the output channel; one that helps is shown. */
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  /** Start again as the library does, except when a package is missing: that does not mend itself. */
  async #closed(usual: ErrorHandler): Promise<CloseHandlerResult> {
    const code = await this.#servers[0]?.exit;
    const result = code === MISSING ? { action: CloseAction.DoNotRestart } : await usual.closed();
    if (result.action !== CloseAction.Restart) {
      await this.#tell("it ended again and again");
    }
    return result;
  }

  async #tell(reason: string): Promise<void> {
    if (!this.#told) {
      this.#told = true;
      const server = this.#servers[0];
      await vscode.window.showErrorMessage(ended(server?.code ?? null, server?.said ?? "", reason));
    }
  }
}
