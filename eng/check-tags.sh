#!/usr/bin/env bash
# Fails when an atomic operation or an unsafe cast of the core does not say why it is right: an ORDERING or SAFETY
# comment on the line, or in the twelve lines above it.
set -euo pipefail
cd "$(dirname "$0")/.."
status=0
while IFS= read -r file; do
  awk -v file="$file" '
    /ORDERING|INVARIANT|CLAIM|RMW/ { ordering = NR }
    /SAFETY/ { safety = NR }
    /^ *\/\// { next }
    /(Interlocked|Volatile)\.[A-Z]/ && (!ordering || NR - ordering > 40) {
      printf "%s:%d: no ORDERING comment near: %s\n", file, NR, $0; bad = 1
    }
    /Unsafe\.As/ && (!safety || NR - safety > 12) && !/SAFETY/ {
      printf "%s:%d: no SAFETY comment near: %s\n", file, NR, $0; bad = 1
    }
    END { exit bad }' "$file" || status=1
done < <(git ls-files 'src/Kioto/*.cs')
exit $status
