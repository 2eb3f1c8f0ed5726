#!/bin/sh
# Builds kioto-peer-tokio, offline, from Debian's crates. Prints the path of the
# binary as the last line on stdout; all else goes to stderr. When it cannot
# build, its last line on stderr says why and the exit code is not zero.
set -u
cd "$(dirname "$0")" || exit 1

REGISTRY=/usr/share/cargo/registry

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

have_tokio() { ls -d "$REGISTRY"/tokio-1.* >/dev/null 2>&1; }
have_jemalloc() { ls /usr/lib/*/libjemalloc.so.2 /usr/lib/libjemalloc.so.2 2>/dev/null | grep -q .; }

packages() {
    have_tokio || echo librust-tokio-dev
    command -v cargo >/dev/null || echo cargo
    have_jemalloc || echo libjemalloc2
}

missing=$(packages | tr '\n' ' ')
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    # The lists may be current enough: refresh them only if installing fails.
    # shellcheck disable=SC2086 # a list of words
    { DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing ||
        { apt-get update &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; }; } >&2
fi

command -v cargo >/dev/null || fail "no cargo, and it could not be installed (apt-get install cargo, as root)"
have_tokio || fail "no Tokio in $REGISTRY, and it could not be installed (apt-get install librust-tokio-dev, as root)"
have_jemalloc || echo "build.sh: no libjemalloc.so.2: the peer can only be run on glibc's malloc" >&2

# A lock file from before an upgrade of Debian's crates, or of another cargo, may
# not hold any more. Nothing is pinned on purpose, so it can go.
if [ -e Cargo.lock ] && ! cargo metadata --offline --locked --format-version 1 >/dev/null 2>&1; then
    rm -f Cargo.lock
fi

# --target-dir, so that the printed path holds whatever CARGO_TARGET_DIR says.
cargo build --release --offline --jobs 2 --target-dir target >&2 || fail "cargo build failed, see above"

binary=$PWD/target/release/kioto-peer-tokio
[ -x "$binary" ] || fail "cargo built no $binary"
echo "$binary"
