#!/usr/bin/env bash
# Runs the checks named on the command line, all of them even when one fails, and ends with one summary:
# check.sh style types floors tests [-- arguments for pytest]
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/say.sh

BIN=.venv/bin
CODE=(lms tests benchmarks migrations wsgi.py)

style() { $BIN/ruff check "${CODE[@]}" && $BIN/ruff format --check "${CODE[@]}"; }
types() { $BIN/mypy; }
floors() { $BIN/lint-imports; }
tests() { $BIN/pytest "${PYTEST[@]}"; }
pure() { $BIN/pytest -q tests/questions tests/vietnamese; } # milliseconds each: no application, no database

STEPS=()
PYTEST=(-n 2 --dist worksteal) # halves in the order of the files: what a module shares is made once
everything=1 # no tests were picked out
while [ $# -gt 0 ]; do
    case $1 in
        --) shift && PYTEST=("$@") everything="" && break ;;
        style | types | floors | tests | pure) STEPS+=("$1") ;;
        *) give_up "check.sh knows no step '$1'" ;;
    esac
    shift
done

LMS_CHROMIUM=$(tools/chromium.sh || true)
export LMS_CHROMIUM
failed=0
summary=()
for step in "${STEPS[@]}"; do
    printf '\n── %s ──\n' "$step"
    began=$SECONDS
    if "$step"; then verdict="ok    "; else verdict="FAILED" failed=1; fi
    summary+=("$(printf '  %-7s %s %4d s' "$step" "$verdict" $((SECONDS - began)))")
done
printf '\n── summary ──\n'
printf '%s\n' "${summary[@]}"
if [[ " ${STEPS[*]} " == *" tests "* && -n $everything && -z $LMS_CHROMIUM ]]; then
    loud "THE BROWSER TESTS DID NOT RUN: no Chromium was found (see above)."
    [ -z "${LMS_REQUIRE_BROWSER:-}" ] || failed=1
fi
[ "$failed" = 0 ] && echo "  everything holds" || echo "  NOT everything holds"
exit "$failed"
