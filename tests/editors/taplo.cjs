// @taplo/lsp, the engine of "Even Better TOML", over standard input and output.
//
// The engine takes and gives whole messages as objects and asks its surroundings for everything else. It reads local files
// alone, and the catalogue that it would fetch is empty.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { fileURLToPath } = require("node:url");
const { createRequire } = require("node:module");

const { TaploLsp } = createRequire(path.join(process.argv[2], "package.json"))("@taplo/lsp");

const surroundings = {
  now: () => new Date(),
  envVar: (name) => process.env[name],
  envVars: () => Object.entries(process.env),
  cwd: () => process.cwd(),
  stdErrAtty: () => false,
  stdin: async () => new Uint8Array(),
  stdout: async (bytes) => bytes.length,
  stderr: async (bytes) => process.stderr.write(bytes) && bytes.length,
  glob: () => [],
  readFile: (name) => fs.promises.readFile(name),
  writeFile: async () => { throw new Error("nothing is written"); },
  urlToFilePath: (url) => (url.startsWith("file:") ? fileURLToPath(url) : new URL(url).pathname),  // its own `root:///`
  isAbsolute: (name) => path.isAbsolute(name),
  findConfigFile: () => undefined,
};

globalThis.fetch = async ({ url }) => Object.defineProperty(new Response('{"schemas": []}'), "url", { value: url });

function say(message) {
  const body = Buffer.from(JSON.stringify(message));
  process.stdout.write(`Content-Length: ${body.length}\r\n\r\n`);
  process.stdout.write(body);
}

async function* messages(stream) {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const header = rest.indexOf("\r\n\r\n");
      if (header < 0) break;
      const start = header + 4;
      const end = start + Number(/content-length: *(\d+)/i.exec(rest.subarray(0, header))[1]);
      if (rest.length < end) break;
      yield JSON.parse(rest.subarray(start, end));
      rest = rest.subarray(end);
    }
  }
}

async function main() {
  const server = await TaploLsp.initialize(surroundings, { onMessage: say });
  for await (const message of messages(process.stdin)) {
    if (message.method === "exit") process.exit(0);
    server.send(message);
  }
}

main();
