#!/usr/bin/env bash
# Shows that each guard can fail: every patch here breaks one on purpose, in a scratch copy, and the test that it names
# must turn red. Takes about a minute for each patch on two idle cores, so it is not part of `.ci/run`; that only makes
# sure that every patch still applies.
#
#   tests/breaks/run.sh [PATCH…]
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
patches=("$@")
[ ${#patches[@]} -gt 0 ] || patches=(tests/breaks/*.patch)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${BREAKS_TARGET_DIR:-$root/target/breaks}" ZENCAT_CORPUS="${ZENCAT_CORPUS:-$root/../shared/corpus}"
green=()
for patch in "${patches[@]}"; do
  copy=$scratch/$(basename "$patch" .patch)
  mkdir "$copy"
  tar --exclude=./target --exclude=./.git -cf - . | tar -xf - -C "$copy"
  test=$(sed -n 's/^Test: //p' "$patch")
  (cd "$copy" && git apply "$root/$patch" && cargo test --quiet --test it --no-run)
  if (cd "$copy" && cargo test --quiet --test it -- "$test" >"$scratch/log" 2>&1); then
    green+=("$patch")
    echo "NOT NOTICED  $patch ($test)"
  elif grep -q 'test result: FAILED' "$scratch/log"; then
    echo "red          $patch ($test)"
  else
    cat "$scratch/log"
    exit 1
  fi
  rm -rf "$copy"
done
[ ${#green[@]} -eq 0 ]
