# Shared by the set-up scripts: how they speak, and who may install packages. Sourced, not run.
# Nothing here changes anything.

say() { printf '%s\n' "· $*"; }

loud() { # a line nobody can overlook, on standard error
    printf '\n%s\n%s\n%s\n\n' "=====================================================================" "$*" \
        "=====================================================================" >&2
}

give_up() {
    loud "$*"
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# Prints the prefix with which apt-get may be run ("" for root), or fails where it may not or is not there.
may_install() {
    has apt-get || return 1
    if [ "$(id -u)" = 0 ]; then
        echo "env"
    elif has sudo && sudo -n true >/dev/null 2>&1; then
        echo "sudo -n env"
    else
        return 1
    fi
}
