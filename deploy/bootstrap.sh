#!/usr/bin/env bash
# Makes the virtual environment from the hash-locked dependencies and generates the protos. Again: a second, or less.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
stop() { printf 'lotse: %s\n' "$*" >&2; exit 1; }
trap 'printf "lotse: stopped\n" >&2; exit 130' INT TERM HUP

python=""
for candidate in "${LOTSE_PYTHON:-}" python3.13 python3.12 python3.11 python3; do
  [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$candidate; break; fi
done
[ -n "$python" ] || stop "Python 3.11 or newer is missing: install it (on Debian: apt install python3 python3-venv) or set LOTSE_PYTHON."
"$python" -c 'import venv, ensurepip' 2>/dev/null || stop "Python's venv module is missing: install it (on Debian: apt install python3-venv)."
[ -w . ] || stop "this folder cannot be written to: use a checkout of your own."
passing=${TMPDIR:-/tmp}
{ mkdir -p "$passing" && [ -w "$passing" ]; } 2>/dev/null ||
  stop "the cache folder ${passing%/tmp} cannot be written to: set LOTSE_CACHE to a folder you may write to."
free=$(df -Pk . | awk 'NR == 2 {print $4}')
[ "$free" -gt 700000 ] || stop "only $((free / 1024)) MB are free here, 700 MB are needed: make room or use a checkout on another disk."

made_with=$( { "$python" -V; pwd; } | cksum)
locked=$(cksum <requirements.lock)
project=$(cksum <pyproject.toml)
is() { [ -f ".venv/.$1" ] && [ "$(cat ".venv/.$1")" = "$2" ]; }

if ! is made-with "$made_with"; then
  say "making the virtual environment"
  rm -rf .venv
  "$python" -m venv .venv || stop "the virtual environment could not be made."
  printf '%s\n' "$made_with" >.venv/.made-with
fi
if ! is locked "$locked"; then
  say "installing the dependencies (about a minute)"
  .venv/bin/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock ||
    stop "the dependencies could not be installed: check the network and pip's settings, then try again."
  printf '%s\n' "$locked" >.venv/.locked
fi
if ! is project "$project"; then
  .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    stop "Lotsennetz could not be installed into its virtual environment."
  printf '%s\n' "$project" >.venv/.project
fi
.venv/bin/python protos/build_hook.py >/dev/null || stop "the protos could not be generated."

assets=$(cat gateway/web/assets/package-lock.json requirements.lock | cksum)
if ! is assets "$assets" || [ ! -d gateway/web/assets/node_modules ]; then
  say "installing what the pages load"
  (cd gateway/web/assets && NODE_USE_SYSTEM_CA=1 PATH="$OLDPWD/.venv/bin:$PATH" npm ci --loglevel=error --ignore-scripts --omit=optional --no-audit --no-fund) ||
    stop "what the pages load could not be installed: check the network and npm's settings, then try again."
  printf '%s\n' "$assets" >.venv/.assets
fi
