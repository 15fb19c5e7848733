#!/usr/bin/env bash
# Prints the Python to use: $PYTHON, else python3 if it is 3.11 to 3.13, else the newest of those that is installed,
# else a newer python3. Fails, without a word, when there is none.
set -euo pipefail

version_is() { # version_is PYTHON CONDITION-ON-v
    "$1" -c "import sys; v = sys.version_info[:2]; sys.exit(not ($2))" >/dev/null 2>&1
}

for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
    if version_is "$candidate" "(3, 11) <= v <= (3, 13)"; then
        command -v "$candidate"
        exit 0
    fi
done
version_is "${PYTHON:-python3}" "v >= (3, 11)" && command -v "${PYTHON:-python3}"
