#!/usr/bin/env bash
# The quick start of README.md, by itself, with the release build of this checkout or the program that $ZENCAT names.
set -euo pipefail
cd "$(dirname "$0")"
zencat=${ZENCAT:-../../target/release/zencat}
[ -x "$zencat" ] || zencat=$(command -v zencat)

log=$(mktemp)
"$zencat" sandbox --ports 8801 8802 >"$log" &
sandbox=$!
trap 'kill "$sandbox" 2>/dev/null || true; rm -f "$log"' EXIT
for _ in $(seq 100); do grep -q 'finish_all' "$log" && break; sleep 0.1; done
source <(grep '^export' "$log")

set -x
"$zencat" validate
"$zencat" plan
"$zencat" apply --auto-approve
"$zencat" status
curl -sf -X POST http://127.0.0.1:8802/_sandbox/smartcat/finish_all >/dev/null
"$zencat" apply --auto-approve
"$zencat" plan --detailed-exitcode
