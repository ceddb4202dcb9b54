// Evaluates [[JSONata, variables], ...] given on standard input with the package named by the first argument.
"use strict";

const jsonata = require(process.argv[2]);

async function one([text, variables]) {
  try {
    const value = await jsonata(text).evaluate(undefined, variables);
    return value === undefined ? { error: "undefined" } : { value };
  } catch (error) {
    return { error: `${error.code ?? ""} ${error.message}` };
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const found = [];
  for (const item of JSON.parse(Buffer.concat(chunks).toString())) found.push(await one(item));
  process.stdout.write(JSON.stringify(found));
}

main();
