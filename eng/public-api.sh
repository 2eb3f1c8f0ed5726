#!/usr/bin/env bash
# Rewrites PublicAPI.Unshipped.txt of a project from what the analyzer reports: run it after changing the API on
# purpose, and read the diff before committing.
set -euo pipefail
project=${1:-src/Kioto}
printf '#nullable enable\n' > "$project/PublicAPI.Unshipped.txt"
dotnet build "$project" --no-incremental 2>&1 \
  | grep -oP "RS0016: Symbol '\K.*(?=' is not part of the declared)" | LC_ALL=C sort -u > "$project/obj/api.txt" || true
cat "$project/obj/api.txt" >> "$project/PublicAPI.Unshipped.txt"
dotnet build "$project" 2>&1 | tail -3
