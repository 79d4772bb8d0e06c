#!/usr/bin/env bash
# Shows that each guard can fail: every patch here breaks one on purpose, in a scratch copy, and each test that it
# names must turn red (`With:` sets how much of the test is run). Takes some twenty seconds for each patch on two cores, so it is
# not part of `.ci/run`; that only makes sure that every patch still applies.
#
#   tests/breaks/run.sh [PATCH…]
#
# All patches are tried in the same copy, one after the other, so that zencat alone is compiled again for each. To have
# its dependencies not compiled either, let BREAKS_TARGET_DIR name a copy of `target`: not `target` itself, where what is
# broken would be taken for what it is made of.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
patches=("$@")
[ ${#patches[@]} -gt 0 ] || patches=(tests/breaks/*.patch)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export CARGO_TARGET_DIR="${BREAKS_TARGET_DIR:-$root/target/breaks}" ZENCAT_CORPUS="${ZENCAT_CORPUS:-$root/../shared/corpus}"
mkdir "$scratch/zencat"
# With the time of the copy (-m): else cargo takes what an earlier run broke for up to date.
tar --exclude=./target --exclude=./.git -cf - . | tar -xmf - -C "$scratch/zencat"

# A test that is red without a break shows nothing about one.
mapfile -t tests < <(sed -n 's/^Test: //p' "${patches[@]}" | sort -u)
(cd "$scratch/zencat" && cargo test --quiet --test it -- "${tests[@]}")

wrong=0
for patch in "${patches[@]}"; do
  patch=$(realpath "$patch")
  mapfile -t tests < <(sed -n 's/^Test: //p' "$patch")
  with=$(sed -n 's/^With: //p' "$patch")
  cd "$scratch/zencat"
  git apply "$patch"
  began=$SECONDS
  if ! cargo test --quiet --test it --no-run 2>"$scratch/log"; then
    verdict="NOT BUILT"
  else
    for test in "${tests[@]}"; do
      if env ${with:+"$with"} cargo test --quiet --test it -- "$test" >"$scratch/log" 2>&1; then
        verdict="NOT NOTICED"
      elif grep -q '^test result: FAILED' "$scratch/log"; then
        verdict="red"
      else
        verdict="NO RESULT"
      fi
      [ "$verdict" = red ] || break
    done
  fi
  printf '%-12s %s (%s, %d s)\n' "$verdict" "$(basename "$patch" .patch)" "${tests[*]}" $((SECONDS - began))
  if [ "$verdict" != red ]; then
    wrong=1
    tail -n 40 "$scratch/log" >&2
  fi
  git apply --reverse "$patch"
done
exit "$wrong"
