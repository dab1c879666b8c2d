// Counts the results of all test runs: `node count.mjs FOLDER ASSEMBLY...`.
// Every assembly must have written a report; one without has crashed and counts as failed.
// Names each failed test with its message and where it happened, and each skipped one with what it lacks: the log of a run may be all that is left of it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, ...assemblies] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
let told = 0;
const lacking = new Map();
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const files = readdirSync(folder, { recursive: true }).map(String);

const reported = new Set();
for (const file of files.filter((name) => name.endsWith(".ctrf") || name.endsWith(".ctrf.json"))) {
  const { results } = read(file);
  const { passed, failed, skipped, pending, other, tests } = results.summary;
  total.passed += passed;
  total.failed += failed + other;
  total.skipped += skipped + pending;
  for (const assembly of assemblies) if (JSON.stringify(results).includes(assembly)) reported.add(assembly);
  for (const test of results.tests.filter((t) => t.status === "failed" || t.status === "other")) tell(test.name, test.message, test.trace);
  for (const test of results.tests.filter((t) => t.status === "skipped" || t.status === "pending")) skip(test.name, test.extra?.reason ?? test.message);
  if (tests === 0) fault(`${file}: no test ran`);
}
for (const assembly of assemblies) if (!reported.has(assembly)) fault(`${assembly}: no report, so it crashed or did not start`);

try {
  const web = read("web.json");
  total.passed += web.numPassedTests;
  total.failed += web.numFailedTests;
  total.skipped += web.numPendingTests + web.numTodoTests;
  for (const suite of web.testResults) {
    for (const test of suite.assertionResults.filter((t) => t.status === "failed")) tell(`web: ${test.fullName}`, test.failureMessages.join("\n"));
    if (suite.status === "failed" && suite.message) tell(`web: ${suite.name}`, suite.message);
  }
  if (!web.success && web.numFailedTests === 0) fault("web: a suite could not be loaded");
} catch (error) {
  fault(`web: no report (${error.message})`);
}

try {
  const lint = read("lint.json");
  if (lint.length === 0) fault("web: eslint read no file");
  const found = lint.flatMap((file) => file.messages.map((message) => ({ ...message, path: file.filePath.replace(/^.*[/]web[/]/, "web/") })));
  for (const { path, line, ruleId, message } of found) tell(`${path}:${line ?? 1}: ${ruleId ?? "eslint"}`, message);
  total.failed += found.length;
  if (found.length === 0) total.passed++;
} catch (error) {
  fault(`web: no report of eslint (${error.message})`);
}

// Bounded, so that a broken build of thousands of failures can still be read.
function tell(name, message, trace) {
  console.log(`failed: ${name}`);
  if (++told > 40) return;
  const frames = (trace ?? "").split("\n").filter((line) => line.includes(".cs:line")).slice(0, 5);
  for (const line of [...shorten((message ?? "").trimEnd()).split("\n"), ...frames]) console.log(`    ${line}`);
}

// Once for each reason: where a program is missing, so are many tests.
function skip(name, message) {
  const reason = shorten((message ?? "").trim().split("\n")[0]) || "no reason is given";
  lacking.set(reason, [...(lacking.get(reason) ?? []), name]);
}

// The end matters as well: lists of differences and the output of a process come last.
function shorten(text) {
  const most = 3000;
  return text.length <= most ? text : `${text.slice(0, most / 2)}\n[… ${text.length - most} characters …]\n${text.slice(-most / 2)}`;
}

function fault(reason) {
  console.log(`failed: ${reason}`);
  total.failed++;
}

for (const [reason, names] of lacking) {
  console.log(`skipped: ${reason}`);
  for (const name of names) console.log(`    ${name}`);
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
