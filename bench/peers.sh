#!/usr/bin/env bash
# Fetches the programs that Pharos is tested and measured against, without installing or starting anything:
# Debian packages are downloaded and unpacked below $PEERS_DIR (default: .peers in the checkout).
#   bench/peers.sh             the newest versions (Debian's development suite), else this machine's own suite
#   PEERS_SUITE=own bench/peers.sh   this machine's own suite only
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
PEERS_DIR=${PEERS_DIR:-$root/.peers}
PEERS_SUITE=${PEERS_SUITE:-sid}
packages=(prometheus prometheus-alertmanager prometheus-node-exporter victoria-metrics)
bin=$PEERS_DIR/root/usr/bin

have() { [ -x "$bin/prometheus" ] && [ -x "$bin/promtool" ] && [ -x "$bin/prometheus-alertmanager" ] && [ -x "$bin/prometheus-node-exporter" ]; }
have_stores() { [ -x "$bin/redis-server" ] && ls "$PEERS_DIR"/root/usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }
if have && have_stores; then exit 0; fi
command -v apt-get >/dev/null || { echo "peers.sh: needs a Debian with apt-get" >&2; exit 1; }
mkdir -p "$PEERS_DIR"/{debs,root}

fetch() { # apt options follow
  (cd "$PEERS_DIR/debs" && rm -f ./*.deb && apt-get -qq "$@" download "${packages[@]}" $extra)
  for package in "$PEERS_DIR"/debs/*.deb; do dpkg -x "$package" "$PEERS_DIR/root"; done
}

fetch_newest() { # A private apt state, so that the machine's own is untouched.
  local state=$PEERS_DIR/apt mirror
  mirror=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk 'tolower($1) == "uris:" && $2 !~ /security/ { print $2; exit }')
  [ -n "$mirror" ] || mirror=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/ && $i !~ /security/) { print $i; exit } }' /etc/apt/sources.list 2>/dev/null)
  [ -n "$mirror" ] || return 1
  mkdir -p "$state"/{lists/partial,cache/archives/partial,preferences.d}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $PEERS_SUITE main" > "$state/sources.list"
  : > "$state/status"
  local options=(-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::Etc::preferencesparts=$state/preferences.d"
    -o "Dir::State::Lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache" -o "Dir::Cache::archives=$state/cache/archives"
    -o Acquire::Languages=none -o Acquire::Retries=3 -o "APT::Sandbox::User=$(id -un)")
  extra=promtool # A package of its own since Prometheus 3.
  apt-get "${options[@]}" -qq update && fetch "${options[@]}"
}

fetch_own() {
  extra=
  if [ "$(id -u)" = 0 ]; then apt-get -qq update || true; fi
  fetch
}

# Databases that the application package watches: always this machine's own suite, whose libraries fit the machine.
fetch_stores() {
  local postgres
  postgres=$(apt-cache depends postgresql | awk '/Depends: postgresql-[0-9]+$/ { print $2; exit }')
  mkdir -p "$PEERS_DIR/stores"
  (cd "$PEERS_DIR/stores" && apt-get -qq download redis-server redis-tools liblzf1 libjemalloc2 "$postgres" "${postgres/-/-client-}" libpq5)
  for package in "$PEERS_DIR"/stores/*.deb; do dpkg -x "$package" "$PEERS_DIR/root"; done
}

if have_stores; then :; else
  if [ "$(id -u)" = 0 ]; then apt-get -qq update || true; fi
  fetch_stores || { echo "peers.sh: Redis and PostgreSQL could not be fetched; their tests will be skipped" >&2; }
fi
if have; then exit 0; fi

if [ "$PEERS_SUITE" = own ] || ! fetch_newest; then fetch_own; fi
have || { echo "peers.sh: not everything could be fetched: $(ls "$bin" 2>/dev/null | tr '\n' ' ')" >&2; exit 1; }
