#!/usr/bin/env bash
# Posts floods of alerts to Pharos and to the newest Alertmanager on this machine and prints the table of ratios. Takes some five minutes.
#   bench/alerts.sh [--only groups,posts,alone,many] [--alerts 10000] [--rounds 3]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
export PEERS_DIR=${PEERS_DIR:-$root/.peers}
"$root/bench/peers.sh"
dotnet publish "$root/src/Pharos.Server" -c Release -o "$root/out" -v quiet -nologo
dotnet build "$root/bench/Pharos.Bench" -c Release -v quiet -nologo
"$root/bench/Pharos.Bench/bin/Release/net10.0/Pharos.Bench" alerts --alertmanager "$PEERS_DIR/bin/prometheus-alertmanager" --pharos "$root/out/pharos" "$@"
