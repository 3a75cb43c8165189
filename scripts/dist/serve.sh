#!/bin/bash
# Starts `lightbox serve` in the working folder, asks for its first page, and ends it.
# Usage: serve.sh LIGHTBOX TEXT      TEXT is what the page must hold
set -euo pipefail
log=$(mktemp)
"$1" serve --port 0 >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 200); do
    port=$(sed -n 's|.* at http://127\.0\.0\.1:\([0-9]*\)/.*|\1|p' "$log")
    [ -z "$port" ] || break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
done
[ -n "$port" ] || { echo "serve: the server named no address:" >&2; cat "$log" >&2; exit 1; }
exec 3<>"/dev/tcp/127.0.0.1/$port"
printf 'GET / HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
page=$(timeout 20 cat <&3 || true)
case $page in
    "HTTP/1.1 200"*"$2"*) echo "serve: the first page came, ${#page} characters, and holds '$2'" ;;
    *) printf 'serve: the answer holds no %s:\n%.300s\n' "'$2'" "$page" >&2; exit 1 ;;
esac
