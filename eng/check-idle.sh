#!/usr/bin/env bash
# An idle runtime makes no system call: strace watches the workers of an echo server that nobody speaks to for 5 s.
# Installs strace from Debian when run as root and it is missing. Needs a Release build.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-5}

if ! command -v strace >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends strace >/dev/null ||
    { apt-get update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends strace >/dev/null; }
fi

fail() {
  echo "check-idle: $*" >&2
  exit 1
}

command -v strace >/dev/null || fail "no strace, and it could not be installed (apt-get install strace, as root)"

work=$(mktemp -d)
dotnet tools/kioto/bin/Release/net10.0/Kioto.Tool.dll serve echo --port 0 --workers 4 >"$work/out" 2>"$work/err" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q '^listening ' "$work/out" && break
  kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$work/err")"
  sleep 0.1
done

# It has served somebody, and all is said.
port=$(sed -n 's/^listening //p' "$work/out")
exec 3<>"/dev/tcp/127.0.0.1/$port"
echo hello >&3
IFS= read -r -t 10 reply <&3 || fail "no echo"
[ "$reply" = hello ] || fail "an echo of $reply"
exec 3>&-
sleep 1

workers=()
for thread in /proc/"$server"/task/*; do
  [ "$(cat "$thread/comm")" = kioto-worker ] && workers+=("${thread##*/}")
done
[ ${#workers[@]} = 4 ] || fail "${#workers[@]} worker threads instead of 4"

# What they wait in when strace comes and goes has no result: only calls that begin or end in between have one.
timeout --signal INT "$seconds" strace -o "$work/trace" "${workers[@]/#/-p}" 2>"$work/strace" || true
grep -q attached "$work/strace" || fail "strace can't attach: $(cat "$work/strace")"
calls=$(grep -c ' = ' "$work/trace" || true)
[ "$calls" = 0 ] || fail "$calls system calls in $seconds s: $(grep ' = ' "$work/trace" | head -n 20)"
echo "check-idle: 4 workers, $seconds s, no system call"
