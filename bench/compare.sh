#!/usr/bin/env bash
# Measures Pharos beside the newest Prometheus on this machine and prints the table of ratios. Takes some ten minutes.
#   bench/compare.sh [--only start,ingest,scrape,day] [--targets 100] [--steps 240]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PEERS_DIR=${PEERS_DIR:-$root/.peers}
"$root/bench/peers.sh"
dotnet publish "$root/src/Pharos.Server" -c Release -o "$root/out" -v quiet -nologo
dotnet build "$root/bench/Pharos.Bench" -c Release -v quiet -nologo
"$root/bench/Pharos.Bench/bin/Release/net10.0/Pharos.Bench" compare --prometheus "$PEERS_DIR/root/usr/bin/prometheus" --pharos "$root/out/pharos" "$@"
