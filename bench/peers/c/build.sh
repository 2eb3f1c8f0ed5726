#!/bin/sh
# build.sh OUTDIR: compiles the C peers into OUTDIR and prints the path of each
# binary, one a line, on stdout; all else goes to stderr. uring_echo is left out,
# with a word on stderr, where liburing is not to be had.
set -u

if [ $# -ne 1 ]; then
    echo "usage: $0 OUTDIR" >&2
    exit 2
fi

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

mkdir -p "$1" || fail "cannot make $1"
out=$(cd "$1" && pwd) || fail "cannot enter $1"
cd "$(dirname "$0")" || exit 1

install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    # The lists may be current enough: refresh them only if installing fails.
    { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }; } >&2
}

compile() { # NAME [LIBRARY...]
    name=$1
    shift
    gcc -O2 -Wall -Wextra -o "$out/$name" "$name.c" -lpthread "$@" >&2 && echo "$out/$name"
}

have_liburing() { echo '#include <liburing.h>' | gcc -E - >/dev/null 2>&1; }

command -v gcc >/dev/null || fail "no gcc"
compile epoll_echo || fail "epoll_echo.c does not compile, see above"
compile load || fail "load.c does not compile, see above"

if have_liburing || install liburing-dev; then
    # Multishot receive needs liburing 2.3.
    compile uring_echo -luring || echo "build.sh: uring_echo left out: it does not compile, see above" >&2
else
    echo "build.sh: uring_echo left out: no liburing (apt-get install liburing-dev, as root)" >&2
fi
exit 0
