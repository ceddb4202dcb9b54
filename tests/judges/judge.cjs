// Judges every machine given on standard input, in one process: {name: definition} -> [{machine, judge, message}].
//
// service    AWS's own language service, the one behind the console's and VS Code's editors
// validator  asl-validator
// jsonata    each {% %} string parses with the version of JSONata that AWS runs
"use strict";

const { getLanguageService } = require("amazon-states-language-service");
const { TextDocument } = require("vscode-languageserver-textdocument");
const validate = require("asl-validator");
const jsonata = require("jsonata");

async function serviceFaults(service, name, definition) {
  const document = TextDocument.create(`${name}.asl.json`, "asl", 1, JSON.stringify(definition, null, 1));
  const found = await service.doValidation(document, service.parseJSONDocument(document));
  return found.map(({ message, range }) => {
    const line = document.getText().split("\n")[range.start.line].trim();
    return `${message} (line ${range.start.line + 1}: ${line.slice(0, 120)})`;
  });
}

function validatorFaults(definition) {
  return validate(definition).errors.map(({ Message, schemaError }) =>
    Message ?? `${schemaError?.instancePath} ${JSON.stringify(schemaError)}`);
}

function jsonataFaults(value, place) {
  if (typeof value === "string") {
    if (!value.startsWith("{%") || !value.endsWith("%}")) return [];
    try {
      jsonata(value.slice(2, -2));
      return [];
    } catch (error) {
      return [`${place}: ${error.message} in ${value.slice(0, 200)}`];
    }
  }
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, item]) => jsonataFaults(item, `${place}/${key}`));
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const machines = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const service = getLanguageService({});
  const faults = [];
  for (const [machine, definition] of Object.entries(machines)) {
    const add = (judge) => (message) => faults.push({ machine, judge, message });
    (await serviceFaults(service, machine, definition)).forEach(add("service"));
    validatorFaults(definition).forEach(add("validator"));
    jsonataFaults(definition, "").forEach(add("jsonata"));
  }
  process.stdout.write(JSON.stringify(faults));
}

main();
