#!/usr/bin/env bash
# Fetches the programs that Pharos is tested and measured against, without installing or starting anything:
# Debian packages are downloaded and unpacked below $PEERS_DIR (default: .peers in the checkout).
# Only Debian's Alertmanager needs something outside: see provide_texts.
#   bench/peers.sh             the newest versions (Debian's development suite), else this machine's own suite
#   PEERS_SUITE=own bench/peers.sh   this machine's own suite only
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
PEERS_DIR=$(realpath -m "${PEERS_DIR:-$root/.peers}")
PEERS_SUITE=${PEERS_SUITE:-sid}
packages=(prometheus prometheus-alertmanager prometheus-node-exporter victoria-metrics)
bin=$PEERS_DIR/root/usr/bin

have() { [ -x "$bin/prometheus" ] && [ -x "$bin/promtool" ] && [ -x "$bin/prometheus-alertmanager" ] && [ -x "$bin/prometheus-node-exporter" ]; }
have_stores() { [ -x "$bin/redis-server" ] && [ -x "$bin/wrk" ] && ls "$PEERS_DIR"/root/usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1; }

# Debian's Alertmanager reads its default texts at a fixed place. Root gets a copy of the unpacked folder there. Where that cannot be (another
# user, a place that an installed package owns), the program is started in a mount namespace of its own that has the folder at the place.
# $PEERS_DIR/bin/prometheus-alertmanager is the program that finds its texts; it is missing where neither can be done.
place=/usr/share/prometheus/alertmanager
provide_texts() {
  local texts=$PEERS_DIR/root$place start=$PEERS_DIR/bin/prometheus-alertmanager
  mkdir -p "$PEERS_DIR/bin"
  if [ ! -d "$texts" ] || same_texts || copy_texts; then ln -sfn ../root/usr/bin/prometheus-alertmanager "$start"; return; fi
  mkdir -p "$PEERS_DIR/share"
  namespace_program > "$start.new"
  chmod 755 "$start.new"
  if "$start.new" --version >/dev/null 2>&1; then mv -fT "$start.new" "$start"; return; fi
  rm -f "$start.new" "$start"
  echo "peers.sh: Alertmanager does not find $place; its tests are skipped until root runs: PEERS_DIR=$PEERS_DIR bench/peers.sh" >&2
}

same_texts() { diff -rq "$texts" "$place" >/dev/null 2>&1; }

copy_texts() { # Beside the place first, so that nobody ever reads half of it.
  [ "$(id -u)" = 0 ] && ! dpkg -S "$place" >/dev/null 2>&1 || return 1
  local next=$place.$$
  { install -d -m 755 "${place%/*}" && cp -rT "$texts" "$next" && chmod -R a+rX "$next" && rm -rf "$place" && mv -T "$next" "$place"; } 2>/dev/null && same_texts
}

namespace_program() {
  printf '#!/bin/sh\n# Written by bench/peers.sh: Alertmanager with its default texts where it looks for them, which only this process sees.\n'
  printf 'peers=%q place=%q\nexport peers place\n' "$PEERS_DIR" "$place"
  cat <<'PROGRAM'
exec unshare --map-root-user --mount sh -ec '
  if [ ! -d "$place" ]; then # Only root could make it in /usr/share, which therefore becomes a folder of links to what it was.
    mount --rbind /usr/share "$peers/share"
    mount -t tmpfs -o mode=755 tmpfs /usr/share
    ln -s "$peers"/share/* /usr/share/
    rm -f "${place%/*}"
    mkdir -p "$place"
    for one in "$peers/share/$(basename "${place%/*}")"/*; do [ ! -e "$one" ] || ln -s "$one" "${place%/*}/"; done
  fi
  mount --bind "$peers/root$place" "$place"
  exec "$peers/root/usr/bin/prometheus-alertmanager" "$@"' prometheus-alertmanager "$@"
PROGRAM
}

if have && have_stores; then provide_texts; exit 0; fi
command -v apt-get >/dev/null || { echo "peers.sh: needs a Debian with apt-get" >&2; exit 1; }
mkdir -p "$PEERS_DIR/root"

fetch() { # FOLDER PACKAGE..., with the apt options of private_apt
  local folder=$PEERS_DIR/$1
  shift
  mkdir -p "$folder"
  (cd "$folder" && rm -f ./*.deb && apt-get "${options[@]}" -qq download "$@") || return 1
  for package in "$folder"/*.deb; do dpkg -x "$package" "$PEERS_DIR/root" || return 1; done
}

options=()
private_apt() { # SUITE: an apt state of its own, so that the machine's is untouched and its lists need not be there.
  local state=$PEERS_DIR/apt mirror
  mirror=$(cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk 'tolower($1) == "uris:" && $2 !~ /security/ { print $2; exit }')
  [ -n "$mirror" ] || mirror=$(awk '$1 == "deb" { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/ && $i !~ /security/) { print $i; exit } }' /etc/apt/sources.list 2>/dev/null)
  [ -n "$mirror" ] || return 1
  rm -rf "$state"
  mkdir -p "$state"/{lists/partial,cache/archives/partial,preferences.d}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $1 main" > "$state/sources.list"
  : > "$state/status"
  options=(-o "Dir::Etc::sourcelist=$state/sources.list" -o Dir::Etc::sourceparts=/dev/null -o "Dir::Etc::preferencesparts=$state/preferences.d"
    -o "Dir::State::Lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache" -o "Dir::Cache::archives=$state/cache/archives"
    -o Acquire::Languages=none -o Acquire::Retries=3 -o "APT::Sandbox::User=$(id -un)")
  apt-get "${options[@]}" -qq update
}

machine_apt() { # The lists of the machine, which only root can bring up to date.
  options=()
  if [ "$(id -u)" = 0 ]; then apt-get -qq update || true; fi
}

# promtool is a package of its own since Prometheus 3.
fetch_newest() { private_apt "$PEERS_SUITE" && fetch debs "${packages[@]}" promtool; }
fetch_own() { machine_apt && fetch debs "${packages[@]}"; }

# Databases that the application package watches, and wrk: always this machine's own suite, whose libraries fit the machine.
fetch_stores() {
  private_apt "$(. /etc/os-release && echo "$VERSION_CODENAME")" && fetch_stores_from && return
  machine_apt && fetch_stores_from
}

fetch_stores_from() {
  local postgres
  postgres=$(apt-cache "${options[@]}" depends postgresql | awk '/Depends: postgresql-[0-9]+$/ { print $2; exit }')
  [ -n "$postgres" ] && fetch stores wrk libluajit-5.1-2 redis-server redis-tools liblzf1 libjemalloc2 "$postgres" "${postgres/-/-client-}" libpq5
}

if ! have_stores; then
  fetch_stores || { echo "peers.sh: Redis, PostgreSQL and wrk could not be fetched; their tests will be skipped" >&2; }
fi
if have; then provide_texts; exit 0; fi

if [ "$PEERS_SUITE" = own ] || ! fetch_newest; then fetch_own; fi
have || { echo "peers.sh: not everything could be fetched: $(ls "$bin" 2>/dev/null | tr '\n' ' ')" >&2; exit 1; }
provide_texts
