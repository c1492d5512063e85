#!/usr/bin/env bash
# with_calrig.sh CALRIG FOLDER COMMAND...: runs COMMAND beside a `calrig serve` of its own, with the names of its env.sh.
# FOLDER is emptied and used for certificates, keys and the server's words; CALRIG_SERVE_FLAGS are further options of serve.
set -euo pipefail
calrig=$1 folder=$2
shift 2
rm -rf "$folder"
mkdir -p "$folder"
for tool in openssl "$1"; do
  command -v "$tool" >/dev/null || { echo "not run: $tool is not installed"; exit 77; }
done
[ -d "${NODE_PATH:-/}" ] || { echo "not run: the Node packages could not be fetched"; exit 77; }

# An authority of the clients' own, for the receiver of notifications (--trust), and the application's certificate.
mint() { openssl req -x509 -newkey "${@:2}" -noenc -days 30 -keyout "$folder/$1.key" -out "$folder/$1.pem" 2>>"$folder/openssl.log"; }
mint receiver_ca ec -pkeyopt ec_paramgen_curve:P-256 -subj "/CN=clients' own authority"
mint receiver ec -pkeyopt ec_paramgen_curve:P-256 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 \
  -addext basicConstraints=CA:FALSE -CA "$folder/receiver_ca.pem" -CAkey "$folder/receiver_ca.key"
mint application rsa:2048 -subj /CN=application
mint stranger rsa:2048 -subj /CN=stranger

"$calrig" serve --port 0 --out "$folder" --ready-file "$folder/ready.json" --trust "$folder/receiver_ca.pem" \
  --app-certificate "$folder/application.pem" ${CALRIG_SERVE_FLAGS:-} >"$folder/serve.log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || :; wait "$server" 2>/dev/null || :' EXIT
for ((tenths = 0; tenths < 200; ++tenths)); do
  [ -s "$folder/ready.json" ] && break
  kill -0 "$server" 2>/dev/null || { cat "$folder/serve.log"; exit 1; }
  sleep 0.1
done
[ -s "$folder/ready.json" ] || { echo "calrig serve was not ready within 20 s"; cat "$folder/serve.log"; exit 1; }
. "$folder/env.sh"
export CALRIG_CLIENTS="$folder"
status=0
timeout --kill-after=5 "${CALRIG_CLIENT_SECONDS:-60}" "$@" || status=$?
# A server that died under a client, or that leaves with complaints, is a failure whatever the client thought of it.
kill "$server" 2>/dev/null || :
left=0
wait "$server" || left=$?
trap - EXIT
if [ "$left" -ne 0 ]; then
  echo "calrig serve ended with $left:"
  cat "$folder/serve.log"
  exit 1
fi
exit "$status"
