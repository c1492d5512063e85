#!/usr/bin/env bash
# install.sh FOLDER: the Node packages of package-lock.json into FOLDER, once for each lock file.
set -euo pipefail
source=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/node" && pwd)
folder=$1
for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "not run: $tool is not installed"; exit 77; }
done
major=$(node -p 'process.versions.node.split(".")[0]')
[ "$major" -ge 18 ] || { echo "not run: node $major is too old, 18 is needed"; exit 77; }
mkdir -p "$folder"
if cmp -s "$source/package-lock.json" "$folder/installed.json"; then exit 0; fi
cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$folder/"
if ! (cd "$folder" && timeout 240 npm ci --ignore-scripts) >"$folder/npm.log" 2>&1; then
  tail -n 5 "$folder/npm.log"
  echo "not run: the packages of package-lock.json cannot be fetched"
  exit 77
fi
cp "$source/package-lock.json" "$folder/installed.json"
