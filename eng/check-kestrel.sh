#!/usr/bin/env bash
# Kestrel on a runtime under its real clients: curl (HTTP/1.1, HTTP/2, a large body), wrk, h2load, and a page in a
# headless browser that talks over a WebSocket. Installs what is missing from Debian when run as root. Needs a Release
# build.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for pair in curl:curl wrk:wrk h2load:nghttp2-client chromium:chromium; do
  command -v "${pair%%:*}" >/dev/null || missing+=("${pair##*:}")
done
if [ ${#missing[@]} -gt 0 ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  # The lists may be current enough: refresh them only if installing fails.
  export DEBIAN_FRONTEND=noninteractive
  apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    { apt-get update >/dev/null && apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }
fi

passed=0
failed=0

expect() { # WHAT EXPECTED ACTUAL
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
    echo "check-kestrel: $1: $3"
  else
    failed=$((failed + 1))
    echo "check-kestrel: $1: expected $2, not $3" >&2
  fi
}

fail() {
  echo "check-kestrel: $*" >&2
  exit 1
}

for tool in curl wrk h2load chromium; do
  command -v "$tool" >/dev/null || fail "no $tool, and it could not be installed (as root: apt-get install curl wrk nghttp2-client chromium)"
done

work=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$work"' EXIT

serve() { # PROTOCOL; sets url
  dotnet samples/KestrelApi/bin/Release/net10.0/KestrelApi.dll kioto 0 2 "$1" >"$work/$1" 2>"$work/$1.err" &
  servers+=($!)
  for _ in $(seq 300); do
    grep -q '^listening ' "$work/$1" && break
    kill -0 "${servers[-1]}" 2>/dev/null || fail "the server ended: $(cat "$work/$1.err")"
    sleep 0.1
  done
  url=http://127.0.0.1:$(sed -n 's/^listening //p' "$work/$1")
}

serve http1
one=$url
serve http2
two=$url

get=(curl --silent --show-error --max-time 20)
status=("${get[@]}" --output /dev/null --write-out '%{http_version} %{http_code}')
expect "curl, a GET" "1.1 200" "$("${status[@]}" "$one/plaintext")"
expect "curl, JSON" '{"message":"Hello, World!"}' "$("${get[@]}" "$one/json")"
expect "curl, a body of 64 KiB" 65536 "$("${get[@]}" "$one/body" | wc -c)"
expect "curl, what is not there" "1.1 404" "$("${status[@]}" "$one/nothing")"
expect "curl, two GETs over one connection" "200 1 200 0 " "$("${get[@]}" \
  --write-out '%{http_code} %{num_connects} ' --output /dev/null "$one/plaintext" --output /dev/null "$one/plaintext")"
expect "curl, a header that is too long" "1.1 431" "$("${status[@]}" --header "X: $(head -c 60000 /dev/zero | tr '\0' x)" "$one/plaintext")"
expect "curl, HTTP/2 without TLS" "2 200" "$("${status[@]}" --http2-prior-knowledge "$two/plaintext")"
expect "curl, a body of 64 KiB over HTTP/2" 65536 "$("${get[@]}" --http2-prior-knowledge "$two/body" | wc -c)"

# Not HTTP: the answer is 400, and then the connection is closed, or cat would wait.
exec 3<>"/dev/tcp/127.0.0.1/${one##*:}"
printf 'nonsense\r\n\r\n' >&3
expect "a malformed request" "HTTP/1.1 400 Bad Request" "$(timeout 10 cat <&3 | head -n 1 | tr -d '\r')"
exec 3>&-

for path in plaintext json body; do
  wrk --threads 1 --connections 64 --duration 2s "$one/$path" >"$work/wrk" 2>&1 || fail "wrk failed: $(cat "$work/wrk")"
  expect "wrk, 64 connections, $path: errors" none "$(grep -o 'Socket errors.*\|Non-2xx.*' "$work/wrk" || echo none)"
  expect "wrk got responses" yes "$(awk '/requests in/ { print ($1 > 0 ? "yes" : "no") }' "$work/wrk")"
done

for path in plaintext body; do
  h2load --threads=1 --clients=16 --max-concurrent-streams=10 --requests=20000 "$two/$path" >"$work/h2load" 2>&1 ||
    fail "h2load failed: $(cat "$work/h2load")"
  expect "h2load, 16 connections of 10 streams, $path" "20000 2xx, 0 3xx, 0 4xx, 0 5xx" "$(sed -n 's/^status codes: //p' "$work/h2load")"
done

# The browser's console goes to its error stream, and says what came of it. (With --dump-dom the document is written
# before the socket is even open, and virtual time does not wait for sockets.)
cat >"$work/page.html" <<END
<!doctype html><title>a WebSocket</title>
<script>
const socket = new WebSocket("${one/http:/ws:}/ws"), said = [];
const text = i => "message " + i + "x".repeat(i * 10);
socket.onopen = () => { for (let i = 0; i < 100; i++) socket.send(text(i)); };
socket.onmessage = event => {
  if (event.data !== text(said.length)) console.log("outcome: wrong: " + event.data);
  else if (said.push(event.data) === 100) socket.close(1000);
};
socket.onclose = event => console.log("outcome: " + said.length + " echoed, closed with " + event.code);
</script>
END
chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
  --enable-logging=stderr "file://$work/page.html" >/dev/null 2>"$work/chromium" &
browser=$!
for _ in $(seq 600); do
  grep -q 'outcome: ' "$work/chromium" && break
  kill -0 "$browser" 2>/dev/null || fail "chromium ended: $(tail -n 20 "$work/chromium")"
  sleep 0.1
done
kill "$browser"
wait "$browser" || true
expect "chromium, a page with a WebSocket" "100 echoed, closed with 1000" "$(sed -n 's/.*outcome: \([^"]*\)".*/\1/p' "$work/chromium" | head -n 1)"

for server in "${servers[@]}"; do
  expect "a server still runs, and ends when it is told to" yes "$(kill "$server" 2>/dev/null && echo yes)"
  wait "$server" || true
done
servers=()
expect "nothing was logged as an error" none "$(cat "$work"/*.err | grep . || echo none)"

echo "check-kestrel: Passed: $passed, Failed: $failed"
[ "$failed" -eq 0 ]
