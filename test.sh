#!/usr/bin/env bash
# Fetches what the tests need and runs them all: C#, real processes and peers, browser, web.
# --long: tests that draw from their cases take many more of them (half an hour more).
# The last line is "N passed, N failed, N skipped"; the exit code is 0 only when nothing failed.
set -uo pipefail
cd "$(dirname "$0")"
results=$PWD/.results
rm -rf "$results" && mkdir -p "$results"
export PEERS_DIR=${PEERS_DIR:-$PWD/.peers}
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
unset PHAROS_QUICK PHAROS_WEB PHAROS_LONG
[ "${1:-}" = --long ] && export PHAROS_LONG=1

need() { echo "test.sh: $1" >&2; echo "0 passed, 1 failed, 0 skipped"; exit 1; }
dotnet --version >/dev/null 2>&1 || need "the .NET 10 SDK is missing"
node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' || need "Node 20.19 or newer is missing"
command -v npm >/dev/null || need "npm is missing, which comes with Node but for Debian's package of it"

bench/peers.sh || need "the peers (prometheus, alertmanager, node exporter) could not be fetched"
if [ -z "${CHROMIUM:-}" ]; then
  if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null
  fi
  CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || need "Chromium is missing: as root run apt-get install chromium, or set CHROMIUM to its path"
  export CHROMIUM
fi

(cd tests/clients/sentry && npm ci --no-audit --no-fund --silent) || need "Sentry's client for Node could not be fetched"
dotnet build Pharos.slnx -c Release -nologo -v quiet || need "the build failed"
dotnet test --solution Pharos.slnx -c Release --no-build --max-parallel-test-modules 1 --report-ctrf --results-directory "$results"
(cd web && npx vitest run --reporter=default --reporter=json --outputFile.json="$results/web.json")
(cd web && npx eslint . --format json --output-file "$results/lint.json")

node tests/report/count.mjs "$results" Pharos.Tests Pharos.Conformance Pharos.EndToEnd
