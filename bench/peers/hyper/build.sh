#!/bin/sh
# Builds kioto-peer-hyper, offline, from Debian's crates. Prints the version of
# hyper and then, as the last line on stdout, the path of the binary; all else
# goes to stderr. When it cannot build, its last line on stderr says why and the
# exit code is not zero.
set -u
cd "$(dirname "$0")" || exit 1

REGISTRY=/usr/share/cargo/registry

fail() {
    echo "build.sh: $*" >&2
    exit 1
}

have() { ls -d "$REGISTRY/$1"-[0-9]* >/dev/null 2>&1; }

packages() {
    have hyper || echo librust-hyper-dev
    have tokio || echo librust-tokio-dev
    have serde_derive || echo librust-serde-derive-dev
    have serde_json || echo librust-serde-json-dev
    command -v cargo >/dev/null || echo cargo
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
for crate in hyper tokio serde_derive serde_json; do
    have "$crate" ||
        fail "no $crate in $REGISTRY, and it could not be installed (apt-get install librust-$(echo "$crate" | tr _ -)-dev, as root)"
done

# A lock file from before an upgrade of Debian's crates, or of another cargo, may
# not hold any more. Nothing is pinned on purpose, so it can go.
if [ -e Cargo.lock ] && ! cargo metadata --offline --locked --format-version 1 >/dev/null 2>&1; then
    rm -f Cargo.lock
fi

# --target-dir, so that the printed path holds whatever CARGO_TARGET_DIR says.
cargo build --release --offline --jobs 2 --target-dir target >&2 || fail "cargo build failed, see above"

binary=$PWD/target/release/kioto-peer-hyper
[ -x "$binary" ] || fail "cargo built no $binary"
sed -n '/^name = "hyper"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock
echo "$binary"
