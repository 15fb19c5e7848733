#!/usr/bin/env bash
# Sees to the system packages: packages.sh demo|test
# Looks first, by what a package is for and not by its name, installs only what is missing and only where that is
# permitted (root, or sudo without a password); otherwise it fails with one line that says what to install. With
# everything there it calls neither apt nor the network. Without a Chromium for the tests it does not fail, it says so.
set -euo pipefail
cd "$(dirname "$0")"
. ./say.sh

PURPOSE=${1:?demo or test}

known() { [[ $(apt-cache policy "$1" 2>/dev/null) == *"Candidate: "[!\(]* ]]; }

python_works() { # a Python that can make a virtual environment
    local python
    python=$(./python.sh) && "$python" -c 'import ensurepip, venv' >/dev/null 2>&1
}

python_packages() {
    local python version
    if python=$(./python.sh); then
        "$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])'
        return
    fi
    for version in 3.13 3.12 3.11; do
        if known "python$version"; then
            echo "python$version python$version-venv"
            return
        fi
    done
    echo python3 python3-venv
}

library() { "$(./python.sh || echo python3)" -c "import ctypes; ctypes.CDLL('$1')" >/dev/null 2>&1; }

# A family with letters from the far end of Vietnamese; version 1 of Liberation has the name but not the letters.
font() {
    has fc-list && [ -n "$(fc-list ":family=$1:charset=1b0 1ea1 1eb7 1ebf 1ed9 1ef1 1ef9" 2>/dev/null)" ]
}

liberation_two() { # on newer systems the package without a number is version 2
    if known fonts-liberation && ! known fonts-liberation2; then echo fonts-liberation; else echo fonts-liberation2; fi
}

needed() { # what nothing works without
    python_works || python_packages
    library libpango-1.0.so.0 || echo libpango-1.0-0
    library libpangoft2-1.0.so.0 || echo libpangoft2-1.0-0
    library libharfbuzz-subset.so.0 || echo libharfbuzz-subset0
    has fc-match || echo fontconfig
    font "Liberation Serif" || liberation_two
    font "Noto Serif Display" || echo fonts-noto-core
    if [ "$PURPOSE" = test ]; then # PDFs as pictures; what Playwright's own program leans on
        has pdftoppm || echo poppler-utils
        library libatomic.so.1 || echo libatomic1
    fi
}

browser() { # on Ubuntu the package only leads to a snap, which tests cannot drive
    if [ "$PURPOSE" = demo ] || ./chromium.sh >/dev/null; then return; fi
    if [ "$(. /etc/os-release && echo "${ID:-}")" != ubuntu ]; then echo chromium; fi
}

token() { # a signing token in software; without one the tests of tokens are skipped and say so
    if [ "$PURPOSE" = test ] && ! has softhsm2-util; then echo softhsm2; fi
}

install() { # what is missing, with a new list of packages; RUN is what lets us
    local run=$1 wanted=() name log
    local quiet=(-q -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=120 -o Acquire::Retries=2 -o Acquire::http::Timeout=60)
    local calm=(DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a)
    $run "${calm[@]}" apt-get "${quiet[@]}" update </dev/null >/dev/null 2>&1 ||
        say "The list of packages could not be renewed."
    for name in $(needed) $(browser) $(token); do # asked again: which names exist is known only now
        if known "$name"; then wanted+=("$name"); fi
    done
    [ ${#wanted[@]} -gt 0 ] || return 0
    say "Installing ${wanted[*]}"
    log=$(mktemp)
    $run "${calm[@]}" apt-get "${quiet[@]}" install -y --no-install-recommends "${wanted[@]}" </dev/null >"$log" 2>&1 ||
        tail -n 5 "$log" >&2
    rm -f "$log"
    if has fc-cache; then fc-cache >/dev/null 2>&1 || true; fi
}

wanted=$(echo $(needed) $(browser) $(token))
if [ -n "$wanted" ] && run=$(may_install); then
    install "$run"
    wanted=$(echo $(needed))
elif [ -n "$wanted" ]; then
    wanted=$(echo $(needed))
fi
if [ -n "$wanted" ]; then
    if ! has apt-get; then
        give_up "Missing here, by the names of Debian's packages: $wanted. Install them and run the same command again."
    elif ! ./python.sh >/dev/null && ! known python3.11 && ! known python3.12 && ! known python3.13; then
        give_up "Python 3.11 or newer is needed, and this system has no package of it. Install one and name it: PYTHON=/path/to/python3"
    fi
    give_up "System packages are missing. Install them: sudo apt-get install -y --no-install-recommends $wanted"
fi
if [ "$PURPOSE" = test ] && ! ./chromium.sh >/dev/null; then
    loud "THE BROWSER TESTS WILL NOT RUN: no Chromium works here. Install Debian's package chromium, or Google Chrome," \
        "or set LMS_CHROMIUM to the path of one. (Ubuntu's package is a stub for a snap, which tests cannot drive.)"
fi
