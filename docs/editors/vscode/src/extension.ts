/** Starts the language server for specs, and does what its lenses say. */

import { execFile } from "node:child_process";
import { access, constants, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { Client } from "./client.ts";
import { drawGraph, type Launch, runStep, runTest } from "./launches.ts";
import { notFound } from "./messages.ts";
import { graphPage } from "./picture.ts";
import { findProgram } from "./program.ts";
import { isSpec } from "./specs.ts";

const DRAWING = { timeout: 30_000, maxBuffer: 32 * 1024 * 1024, encoding: "buffer" } as const;

/** What is used of the Python extension's interface. */
interface PythonExtension {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly path: string };
    readonly onDidChangeActiveEnvironmentPath: vscode.Event<unknown>;
  };
}

let extension: Extension | undefined;

export function activate(context: vscode.ExtensionContext): void {
  extension = new Extension();
  context.subscriptions.push(...extension.listen());
  void extension.consider();
}

export async function deactivate(): Promise<void> {
  await extension?.stop();
  extension = undefined;
}

class Extension {
  #client: Client | undefined;
  /** The setting for which it was said that there is no program: that is said once. */
  #missing: string | undefined;
  /** Starts and stops, one after the other. */
  #turn: Promise<void> = Promise.resolve();

  listen(): vscode.Disposable[] {
    return [
      vscode.workspace.onDidOpenTextDocument((document) => this.consider([document])),
      vscode.workspace.onDidSaveTextDocument((document) => this.consider([document])),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.consider()),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("specc.path")) {
          void this.restart();
        }
      }),
      vscode.commands.registerCommand("specc.restart", () => this.restart()),
    ];
  }

  /** Start the server when one of the documents is a spec, in a workspace that may start programs. */
  async consider(documents: readonly vscode.TextDocument[] = vscode.workspace.textDocuments): Promise<void> {
    const specs = documents.filter(({ uri }) => uri.scheme === "file");
    if (vscode.workspace.isTrusted && specs.some((document) => isSpec(document.uri.fsPath, document.getText()))) {
      await this.#next(() => this.#start());
    }
  }

  async restart(): Promise<void> {
    await this.#next(() => this.#stop());
    await this.consider();
  }

  async stop(): Promise<void> {
    await this.#next(() => this.#stop());
  }

  #next(action: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(action, action);
    return this.#turn;
  }

  async #start(): Promise<void> {
    if (this.#client !== undefined) {
      return;
    }
    const setting = vscode.workspace.getConfiguration("specc").get("path", "");
    const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
    const program = await findProgram(
      {
        setting,
        interpreter: await this.#interpreter(),
        folders,
        searchPath: process.env["PATH"] ?? "",
        home: homedir(),
        platform: process.platform,
      },
      isExecutable,
    );
    if (program === undefined) {
      if (this.#missing !== setting) {
        this.#missing = setting;
        void vscode.window.showErrorMessage(notFound(setting));
      }
      return;
    }
    this.#client = new Client(program, folders[0], (name, args) => this.#run(program, name, args));
    await this.#client.start();
  }

  async #stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#missing = undefined;
    try {
      await client?.dispose();
    } catch {
      // A server that has ended, or never started, cannot be asked to stop.
    }
  }

  /** The interpreter that is selected in the Python extension, if that is there. */
  async #interpreter(): Promise<string | undefined> {
    const python = vscode.extensions.getExtension<PythonExtension>("ms-python.python");
    try {
      return (await python?.activate())?.environments.getActiveEnvironmentPath().path;
    } catch {
      return undefined; // another extension's failure is not ours to tell
    }
  }

  /** Do what a lens says, or the palette, for the document that is looked at. */
  async #run(program: string, name: string, args: readonly unknown[]): Promise<void> {
    const [address, item] = args;
    const uri = typeof address === "string" ? vscode.Uri.parse(address, true) : vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme !== "file") {
      return;
    }
    await vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.save();
    if (name === "specc.showGraph") {
      await showGraph(program, drawGraph(uri.fsPath), path.basename(uri.fsPath));
    } else if (name === "specc.runStep" && typeof item === "string") {
      await runInTerminal(program, runStep(uri.fsPath, item), uri);
    } else if (name === "specc.runTest" && typeof item === "string") {
      await runInTerminal(program, runTest(uri.fsPath, item), uri);
    }
  }
}

async function runInTerminal(program: string, launch: Launch, uri: vscode.Uri): Promise<void> {
  const args = [...launch.args];
  const task = new vscode.Task(
    { type: "specc", arguments: args },
    vscode.workspace.getWorkspaceFolder(uri) ?? vscode.TaskScope.Workspace,
    launch.title,
    "specc",
    new vscode.ProcessExecution(program, args, { cwd: launch.folder }),
  );
  await vscode.tasks.executeTask(task);
}

async function showGraph(program: string, launch: Launch, title: string): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)(program, [...launch.args], { ...DRAWING, cwd: launch.folder });
    const options = { enableScripts: false, localResourceRoots: [] };
    const panel = vscode.window.createWebviewPanel("specc.graph", title, vscode.ViewColumn.Beside, options);
    panel.webview.html = graphPage(title, stdout);
  } catch (error) {
    const { message, stderr } = error as Error & { stderr?: Buffer };
    const said = String(stderr ?? "").trim().split("\n")[0];
    void vscode.window.showErrorMessage(`${title} cannot be drawn: ${said || message}`);
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
