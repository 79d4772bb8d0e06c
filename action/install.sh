#!/usr/bin/env bash
# Puts the released binary for this runner into the action's own folder, after comparing its checksum.
# Prints where it is as the output `binary`.
set -euo pipefail

if [ -n "${INPUT_BINARY:-}" ]; then
  echo "binary=$INPUT_BINARY" >>"$GITHUB_OUTPUT"
  exit
fi

version=${INPUT_VERSION:?an input: the version of zencat, such as v0.1.0}
case "${RUNNER_OS:-$(uname -s)}/${RUNNER_ARCH:-$(uname -m)}" in
  Linux/X64 | Linux/x86_64) target=x86_64-unknown-linux-musl ;;
  Linux/ARM64 | Linux/aarch64) target=aarch64-unknown-linux-musl ;;
  macOS/X64 | Darwin/x86_64) target=x86_64-apple-darwin ;;
  macOS/ARM64 | Darwin/arm64) target=aarch64-apple-darwin ;;
  Windows/X64) target=x86_64-pc-windows-msvc ;;
  *)
    echo "::error title=zencat::no binary is released for ${RUNNER_OS:-}/${RUNNER_ARCH:-}; give the input binary"
    exit 64
    ;;
esac

from=${GITHUB_SERVER_URL:-https://github.com}/${INPUT_REPOSITORY:?}/releases/download/$version
archive=zencat-$target.tar.gz
folder=${RUNNER_TEMP:?}/zencat-bin
mkdir -p "$folder"
cd "$folder"
for file in "$archive" "$archive.sha256"; do
  curl --silent --show-error --fail --location --retry 3 --max-time 300 --output "$file" "$from/$file"
done
if command -v sha256sum >/dev/null; then sha256sum --check --quiet "$archive.sha256"; else shasum -a 256 --check --quiet "$archive.sha256"; fi
tar -xzf "$archive"
echo "binary=$folder/zencat" >>"$GITHUB_OUTPUT"
