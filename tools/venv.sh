#!/usr/bin/env bash
# Sees to the virtual environment in .venv: venv.sh runtime|test
# Versions and hashes come from requirements/<name>.lock. A stamp in .venv remembers what was installed, so that a second
# run does nothing and needs no network; it is void when the lock, the project's metadata or the Python changes.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

WHAT=${1:?runtime or test}
VENV=.venv
LOCK=requirements/$WHAT.lock

stamp() { cat "$1" pyproject.toml tools/venv.sh | sha256sum | cut -d' ' -f1; }
current() { # current runtime|test: is what this lock asks for installed?
    [ "$(cat "$VENV/.$1.stamp" 2>/dev/null)" = "$(stamp "requirements/$1.lock")" ]
}

usable() { # it starts, and it was made here: a moved environment's commands point to where it was
    "$VENV/bin/python" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 &&
        head -n 3 "$VENV/bin/pip" | grep -qF "$PWD/$VENV/bin/"
}

make_venv() {
    local python
    python=$(tools/python.sh) || give_up "Python 3.11 or newer is needed. Install it: sudo apt-get install -y python3 python3-venv"
    say "Making the virtual environment with $("$python" -V) ($python)"
    rm -rf "$VENV"
    "$python" -m venv "$VENV"
}

pip() { "$VENV/bin/python" -m pip "$@" --disable-pip-version-check --no-input --quiet </dev/null; }

install() {
    say "Installing $(grep -c '^[a-z0-9].*==' "$LOCK") libraries by version and hash from $LOCK (a minute or two)"
    pip install --require-hashes --only-binary :all: -r "$LOCK" ||
        give_up "The libraries could not be installed; the reason stands above. With a network, run the same command again."
    pip install --no-deps --no-build-isolation --no-index -e .
    stamp "$LOCK" >"$VENV/.$WHAT.stamp"
    # what the tests need contains what the product needs
    if [ "$WHAT" = test ]; then stamp requirements/runtime.lock >"$VENV/.runtime.stamp"; fi
}

usable || make_venv
current "$WHAT" || install
