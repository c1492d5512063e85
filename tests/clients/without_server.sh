#!/usr/bin/env bash
# without_server.sh COMMAND...: runs COMMAND when the Node packages are there.
set -euo pipefail
command -v "$1" >/dev/null || { echo "not run: $1 is not installed"; exit 77; }
[ -d "${NODE_PATH:-/}" ] || { echo "not run: the Node packages could not be fetched"; exit 77; }
exec "$@"
