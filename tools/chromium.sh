#!/usr/bin/env bash
# Prints the path of a Chromium that tests can drive: $LMS_CHROMIUM, or one of the usual names that starts and is not
# Ubuntu's stub for a snap (a snap sees neither our files nor, often, a container's system). Fails when there is none.
set -euo pipefail

for candidate in ${LMS_CHROMIUM:-chromium google-chrome-stable google-chrome chromium-browser}; do
    path=$(command -v "$candidate") || continue
    case $(readlink -f "$path") in */snap | /snap/*) continue ;; esac
    if head -c 4096 "$path" | grep -aq '/snap/\|snap install'; then continue; fi
    if timeout 30 "$path" --version >/dev/null 2>&1; then
        echo "$path"
        exit 0
    fi
done
exit 1
