#!/usr/bin/env bash
# Writes requirements/*.lock anew from the .in files: every version with the hashes of all its files, for every Python
# from 3.11 on, without the name of any package index. Versions stay as they are unless UPGRADE=1 or the .in files say
# otherwise. The resolver lives in an environment of its own that is thrown away.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$(tools/python.sh)" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input uv </dev/null

lock() { # lock NAME [more arguments]: the existing lock is the preference, so that only what must change changes
    local name=$1
    shift
    "$work/venv/bin/uv" --quiet pip compile --universal --python-version 3.11 --generate-hashes --no-header \
        --no-annotate --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} "$@" \
        --output-file "requirements/$name.lock" "requirements/$name.in"
    if grep -n '://' "requirements/$name.lock"; then give_up "requirements/$name.lock names a host"; fi
    say "requirements/$name.lock: $(grep -c '^[a-z0-9].*==' "requirements/$name.lock") libraries"
}

lock runtime
lock test --constraint requirements/runtime.lock
