// Counts the results of all test runs: `node count.mjs FOLDER ASSEMBLY...`.
// Every assembly must have written a report; one without has crashed and counts as failed.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [folder, ...assemblies] = process.argv.slice(2);
const total = { passed: 0, failed: 0, skipped: 0 };
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
  for (const test of results.tests.filter((t) => t.status === "failed")) console.log(`failed: ${test.name}`);
  if (tests === 0) fault(`${file}: no test ran`);
}
for (const assembly of assemblies) if (!reported.has(assembly)) fault(`${assembly}: no report, so it crashed or did not start`);

try {
  const web = read("web.json");
  total.passed += web.numPassedTests;
  total.failed += web.numFailedTests;
  total.skipped += web.numPendingTests + web.numTodoTests;
  if (!web.success && web.numFailedTests === 0) fault("web: a suite could not be loaded");
} catch (error) {
  fault(`web: no report (${error.message})`);
}

function fault(reason) {
  console.log(`failed: ${reason}`);
  total.failed++;
}

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
