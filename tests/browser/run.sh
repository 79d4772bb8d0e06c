#!/usr/bin/env bash
# A report of the sandbox, opened in Chromium: tests/browser/run.sh [folder for screenshots]
#
# Needs Node.js and Chromium. Chromium is installed where that can be done (Debian, as root); the two npm packages go
# into a folder of their own. On a machine without a browser it says so and ends well: BROWSER=required makes that fail.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
zencat=${ZENCAT:-$here/../../target/debug/zencat}
pictures=${1:+$(realpath "$1")}

not_run() {
  printf 'NOT RUN: the report in a browser (%s)\n' "$1"
  [ "${BROWSER:-}" = required ] && exit 1
  exit 0
}

find_chromium() {
  command -v "${CHROMIUM:-chromium}" || command -v chromium-browser || command -v google-chrome || true
}

command -v npm >/dev/null || not_run "there is no Node.js with npm"
[ "$(node -p 'Number(process.versions.node.split(".")[0]) >= 20')" = true ] || not_run "Node.js is older than 20"
if [ -z "$(find_chromium)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing Chromium"
  { timeout 60 apt-get update -qq &&
    DEBIAN_FRONTEND=noninteractive timeout 180 apt-get install -yqq --no-install-recommends chromium; } >/dev/null 2>&1 || true
fi
CHROMIUM=$(find_chromium)
[ -n "$CHROMIUM" ] || not_run "there is no Chromium, and it cannot be installed here"
export CHROMIUM

scratch=$(mktemp -d)
sandbox=
trap '[ -z "$sandbox" ] || kill "$sandbox" 2>/dev/null || true; rm -rf "$scratch"' EXIT
cp "$here"/package.json "$here"/package-lock.json "$here"/report.mjs "$scratch"
cd "$scratch"
npm ci --no-audit --no-fund --loglevel=error || not_run "npm's registry does not answer"

"$zencat" sandbox --ports 0 0 >sandbox.log &
sandbox=$!
for _ in $(seq 200); do grep -q finish_all sandbox.log && break; sleep 0.1; done
source <(grep '^export' sandbox.log)
urls=($(grep -oE 'http://[^ ]+:[0-9]+' sandbox.log | head -2))
cat >zencat.yaml <<YAML
version: 1
name: report
zendesk: {url: "${urls[0]}"}
smartcat: {url: "${urls[1]}"}
workflows:
  ai:
    stages: [translation, postediting]
    machine_translation: auto
    project: {name: Report, deadline: 10d}
content:
  - {match: {kind: article}, languages: [de, fr], workflow: ai}
YAML
"$zencat" apply --auto-approve -q >/dev/null
curl -sf -X POST "${urls[1]}/_sandbox/smartcat/finish_all" >/dev/null
"$zencat" apply --auto-approve -q --language de >/dev/null
"$zencat" report -q
timeout 120 node report.mjs zencat-report.html ${pictures:+"$pictures"}
