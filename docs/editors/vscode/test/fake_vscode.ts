/**
 * Stands for the module `vscode`, which is only there in the editor: documents that tests open, and a record of what was
 * shown and run. What it lacks is an error that names it, except for features of the editor that nobody here looks at.
 */

import { createRequire, registerHooks } from "node:module";
import * as path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as vscode from "vscode";

/** An event, and who listens. */
class Emitter<T> {
  readonly #listeners = new Set<(value: T) => unknown>();
  readonly event = (listener: (value: T) => unknown, self?: unknown): vscode.Disposable => {
    const bound = listener.bind(self);
    this.#listeners.add(bound);
    return { dispose: () => this.#listeners.delete(bound) };
  };
  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      listener(value);
    }
  }
  dispose(): void {
    this.#listeners.clear();
  }
}

class Uri {
  readonly scheme: string;
  readonly fsPath: string;
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
    this.scheme = text.slice(0, text.indexOf(":"));
    this.fsPath = this.scheme === "file" ? fileURLToPath(text) : text;
  }
  static parse = (text: string): Uri => new Uri(text);
  static file = (file: string): Uri => new Uri(pathToFileURL(file).href);
  get path(): string {
    return this.fsPath;
  }
  toString(): string {
    return this.#text;
  }
}

class Position {
  readonly line: number;
  readonly character: number;
  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(line: number | Position, character: number | Position, lastLine = 0, lastCharacter = 0) {
    this.start = line instanceof Position ? line : new Position(line, character as number);
    this.end = character instanceof Position ? character : new Position(lastLine, lastCharacter);
  }
}

class Diagnostic {
  readonly range: Range;
  readonly message: string;
  readonly severity: number;
  code: unknown;
  constructor(range: Range, message: string, severity: number) {
    this.range = range;
    this.message = message;
    this.severity = severity;
  }
}

class Task {
  readonly definition: vscode.TaskDefinition;
  readonly scope: unknown;
  readonly name: string;
  readonly source: string;
  readonly execution: ProcessExecution;
  constructor(definition: vscode.TaskDefinition, scope: unknown, name: string, source: string, execution: ProcessExecution) {
    this.definition = definition;
    this.scope = scope;
    this.name = name;
    this.source = source;
    this.execution = execution;
  }
}

class ProcessExecution {
  readonly process: string;
  readonly args: string[];
  readonly options: vscode.ProcessExecutionOptions;
  constructor(process: string, args: string[], options: vscode.ProcessExecutionOptions) {
    this.process = process;
    this.args = args;
    this.options = options;
  }
}

class Disposable {
  readonly dispose: () => unknown;
  constructor(dispose: () => unknown) {
    this.dispose = dispose;
  }
  static from = (...all: { dispose(): unknown }[]): Disposable => new Disposable(() => all.forEach((one) => one.dispose()));
}

/** Nothing is ever cancelled. */
class CancellationTokenSource {
  readonly token = { isCancellationRequested: false, onCancellationRequested: new Emitter<never>().event };
  cancel(): void {}
  dispose(): void {}
}

class Kind {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
  append(more: string): Kind {
    return new Kind(`${this.value}.${more}`);
  }
}

/** Things of the editor that the library derives classes from, or makes, and that no test looks at. */
class Thing {}

/** One editor, with one workspace. */
export class Editor {
  readonly settings = new Map<string, unknown>();
  readonly errors: string[] = [];
  readonly log: string[] = [];
  readonly commands = new Map<string, (...args: unknown[]) => unknown>();
  readonly context = new Map<string, unknown>();
  readonly tasks: Task[] = [];
  readonly panels: { title: string; options: vscode.WebviewOptions; webview: { html: string } }[] = [];
  readonly diagnostics = new Map<string, Diagnostic[]>();
  readonly documents: vscode.TextDocument[] = [];
  readonly saved: string[] = [];
  readonly #opened = new Emitter<vscode.TextDocument>();
  readonly #savedEvent = new Emitter<vscode.TextDocument>();
  readonly #trusted = new Emitter<void>();
  readonly #configured = new Emitter<vscode.ConfigurationChangeEvent>();
  /** Fires when anything that tests wait for has changed. */
  readonly #changed = new Emitter<void>();
  readonly folder: string;
  isTrusted: boolean;
  interpreter: string | undefined;

  constructor(folder: string, isTrusted = true) {
    this.folder = folder;
    this.isTrusted = isTrusted;
  }

  /** Open a document, as if somebody had clicked on its file. */
  open(name: string, languageId: string, text: string): vscode.TextDocument {
    const uri = Uri.file(path.join(this.folder, name));
    const save = async () => this.saved.push(name) > 0;
    const document = { uri, languageId, version: 1, getText: () => text, save, fileName: uri.fsPath, isClosed: false };
    this.documents.push(document as unknown as vscode.TextDocument);
    this.#opened.fire(document as unknown as vscode.TextDocument);
    return document as unknown as vscode.TextDocument;
  }

  trust(): void {
    this.isTrusted = true;
    this.#trusted.fire();
  }

  set(name: string, value: unknown): void {
    this.settings.set(name, value);
    this.#configured.fire({ affectsConfiguration: (section) => section === name });
  }

  /** Wait until something is so; everything that the extension does to the editor is looked at. */
  async until<T>(what: string, found: () => T | undefined | false): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      const value = found();
      if (value !== undefined && value !== false) {
        resolve(value);
      }
    };
    const listening = this.#changed.event(look);
    const late = setTimeout(() => reject(new Error(`${what} did not come; errors: ${this.errors}; log: ${this.log.join("")}`)), 60_000);
    look();
    try {
      return await promise;
    } finally {
      clearTimeout(late);
      listening.dispose();
    }
  }

  #note<T>(value: T): T {
    queueMicrotask(() => this.#changed.fire());
    return value;
  }

  /** The module. */
  get api(): object {
    const nothing = () => ({ dispose: () => undefined });
    const never = new Emitter<never>().event;
    const told = async (text: string) => void this.#note(this.errors.push(text));
    const channel = () => ({
      ...Object.fromEntries(["trace", "debug", "info", "warn", "error", "append", "appendLine"].map((name) => [name, (text: unknown) => this.log.push(String(text))])),
      dispose: () => undefined,
      show: () => undefined,
      logLevel: 2,
      onDidChangeLogLevel: never,
    });
    const workspaceFolder = { uri: Uri.file(this.folder), name: "folder", index: 0 };
    const editor = this;
    return {
      version: "1.106.0",
      Uri,
      Position,
      Range,
      Diagnostic,
      Task,
      ProcessExecution,
      EventEmitter: Emitter,
      Disposable,
      CancellationTokenSource,
      ...Object.fromEntries(
        ["CodeLens", "CodeAction", "CompletionItem", "DocumentLink", "CallHierarchyItem", "TypeHierarchyItem", "SymbolInformation", "InlayHint", "CancellationError", "TabInputText", "TabInputTextDiff", "TabInputTextMultiDiff", "TabInputNotebook", "TabInputCustom", "MarkdownString"].map((name) => [name, class extends Thing {}]),
      ),
      DiagnosticSeverity: { Error: 0, Warning: 1, Information: 2, Hint: 3 },
      CodeActionKind: new Proxy({}, { get: (_, name) => new Kind(String(name)) }),
      DiagnosticTag: { Unnecessary: 1, Deprecated: 2 },
      TaskScope: { Global: 1, Workspace: 2 },
      ViewColumn: { Beside: -2 },
      TextDocumentChangeReason: { Undo: 1, Redo: 2 },
      LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
      StatusBarAlignment: { Left: 1, Right: 2 },
      env: { language: "en", appName: "a test" },
      l10n: { t: (text: string) => text },
      extensions: {
        getExtension: () =>
          this.interpreter && {
            activate: async () => ({ environments: { getActiveEnvironmentPath: () => ({ path: this.interpreter }) } }),
          },
      },
      workspace: new Proxy(
        {
          get isTrusted() {
            return editor.isTrusted;
          },
          textDocuments: this.documents,
          workspaceFolders: [workspaceFolder],
          notebookDocuments: [],
          getWorkspaceFolder: () => workspaceFolder,
          getConfiguration: (section: string) => ({
            get: (name: string, otherwise: unknown) => this.settings.get(`${section}.${name}`) ?? otherwise,
          }),
          onDidOpenTextDocument: this.#opened.event,
          onDidSaveTextDocument: this.#savedEvent.event,
          onDidGrantWorkspaceTrust: this.#trusted.event,
          onDidChangeConfiguration: this.#configured.event,
          createFileSystemWatcher: () => ({ onDidCreate: never, onDidChange: never, onDidDelete: never, dispose: () => undefined }),
        },
        { get: (target, name) => Reflect.get(target, name) ?? (String(name).startsWith("on") ? never : undefined) },
      ),
      window: {
        activeTextEditor: undefined,
        visibleTextEditors: [],
        tabGroups: { all: [], onDidChangeTabs: never, onDidChangeTabGroups: never },
        onDidChangeActiveTextEditor: never,
        onDidChangeVisibleTextEditors: never,
        createOutputChannel: channel,
        showErrorMessage: told,
        showWarningMessage: told,
        showInformationMessage: told,
        createWebviewPanel: (_: string, title: string, __: number, options: vscode.WebviewOptions) => {
          const panel = { title, options, webview: { html: "" } };
          this.panels.push(panel);
          return this.#note(panel);
        },
      },
      commands: {
        registerCommand: (name: string, run: (...args: unknown[]) => unknown) => {
          if (this.commands.has(name)) {
            throw new Error(`command '${name}' already exists`);
          }
          this.commands.set(name, run);
          this.#note(name);
          return { dispose: () => this.commands.delete(name) };
        },
        executeCommand: async (name: string, key: string, value: unknown) =>
          name === "setContext" && this.#note(this.context.set(key, value)),
      },
      tasks: { executeTask: async (task: Task) => this.#note(this.tasks.push(task)) },
      languages: new Proxy(
        {
          createDiagnosticCollection: () => ({
            set: (uri: Uri, found: Diagnostic[]) => this.#note(this.diagnostics.set(uri.toString(), found)),
            delete: (uri: Uri) => this.diagnostics.delete(uri.toString()),
            clear: () => this.diagnostics.clear(),
            dispose: () => undefined,
          }),
          match: (filters: { language: string; scheme: string }[], { languageId, uri }: vscode.TextDocument) =>
            Number(filters.some(({ language, scheme }) => language === languageId && scheme === uri.scheme)),
        },
        { get: (target, name) => Reflect.get(target, name) ?? nothing },
      ),
    };
  }
}

const holder = globalThis as { fakeVscode?: object };
const require = createRequire(import.meta.url);

/** The extension as it is packaged, in an editor. It is loaded anew, for it keeps the module it was given. */
export function loadExtension(editor: Editor): Extension {
  holder.fakeVscode = new Proxy(editor.api, {
    get: (api, name) => {
      if (typeof name === "string" && !Reflect.has(api, name) && !["default", "then", "__esModule"].includes(name)) {
        throw new Error(`the fake of vscode has no ${name}`);
      }
      return Reflect.get(api, name) as unknown;
    },
  });
  for (const file of Object.keys(require.cache)) {
    Reflect.deleteProperty(require.cache, file);
  }
  return require("../dist/extension.cjs") as Extension;
}

/** What the editor calls. */
export interface Extension {
  activate(context: { subscriptions: vscode.Disposable[] }): void;
  deactivate(): Promise<void>;
}

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vscode" ? { url: "fake:vscode", format: "commonjs", shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === "fake:vscode"
      ? { format: "commonjs", source: "module.exports = globalThis.fakeVscode", shortCircuit: true }
      : next(url, context),
});
