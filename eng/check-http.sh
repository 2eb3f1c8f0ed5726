#!/usr/bin/env bash
# `kioto serve http` under its real clients: curl asks for what is right and for what is malformed, wrk loads it.
# Installs what is missing from Debian when run as root. Needs a Release build.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for tool in curl wrk; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # The lists may be current enough: refresh them only if installing fails.
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    { apt-get update >/dev/null && apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }
fi

fail() {
  echo "check-http: $*" >&2
  exit 1
}

for tool in curl wrk; do
  command -v "$tool" >/dev/null || fail "no $tool, and it could not be installed (apt-get install $tool, as root)"
done

work=$(mktemp -d)
dotnet tools/kioto/bin/Release/net10.0/Kioto.Tool.dll serve http --port 0 --workers 2 >"$work/out" 2>"$work/err" &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q '^listening ' "$work/out" && break
  kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$work/err")"
  sleep 0.1
done
port=$(sed -n 's/^listening //p' "$work/out")
[ -n "$port" ] || fail "the server does not say its port"
url=http://127.0.0.1:$port

expect() { # WHAT EXPECTED ACTUAL
  [ "$2" = "$3" ] || fail "$1: expected $2, not $3"
  echo "check-http: $1: $3"
}

status=(curl --silent --max-time 10 --output /dev/null --write-out '%{http_code}')
expect "a GET" 200 "$("${status[@]}" "$url/")"
expect "its body is not empty" yes "$(curl --silent --max-time 10 "$url/" | grep -q . && echo yes)"
expect "two GETs over one connection" "200 1 200 0 " "$(curl --silent --max-time 10 \
  --write-out '%{http_code} %{num_connects} ' --output /dev/null "$url/" --output /dev/null "$url/")"
expect "a header that is too long" 431 "$("${status[@]}" --header "X: $(head -c 60000 /dev/zero | tr '\0' x)" "$url/")"

# Not HTTP: the answer is 400, and then the connection is closed, or cat would wait.
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET / nonsense\r\n\r\n' >&3
expect "a malformed request" "HTTP/1.1 400 Bad Request" "$(timeout 10 cat <&3 | head -n 1 | tr -d '\r')"
exec 3>&-

wrk --threads 1 --connections 64 --duration 3s "$url/" >"$work/wrk" || fail "wrk failed: $(cat "$work/wrk")"
grep -q 'Socket errors\|Non-2xx' "$work/wrk" && fail "wrk saw errors: $(cat "$work/wrk")"
requests=$(awk '/requests in/ { print $1 }' "$work/wrk")
[ "${requests:-0}" -gt 0 ] || fail "wrk got no response: $(cat "$work/wrk")"
echo "check-http: wrk, 64 connections: $(awk '/Requests\/sec/ { print $2 }' "$work/wrk") requests/s"
kill -0 "$server" 2>/dev/null || fail "the server ended: $(cat "$work/err")"
