#!/usr/bin/env bash
# Fails when a file that a script writes is not what the script writes now: it was changed by hand, or not written anew.
set -euo pipefail
cd "$(dirname "$0")/.."
sums() { git ls-files -z --cached --others --exclude-standard -- 'src/*.cs' | xargs -0 sha256sum; }
before=$(sums)
eng/arities.sh
eng/spawns.sh
diff <(printf '%s\n' "$before") <(sums) > /dev/null || {
  echo "eng/arities.sh and eng/spawns.sh have written other files than there were: look at git diff."
  exit 1
}
