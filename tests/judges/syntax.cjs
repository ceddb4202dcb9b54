// Which of the expressions on standard input are JSONata 2.0.6: [text] -> [error code or null].
"use strict";
const jsonata = require("jsonata");

const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", () => {
  const texts = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  const found = texts.map((text) => {
    try {
      jsonata(text);
      return null;
    } catch (error) {
      return error.code;
    }
  });
  process.stdout.write(JSON.stringify(found));
});
