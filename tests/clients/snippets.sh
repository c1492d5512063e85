#!/usr/bin/env bash
# snippets.sh LANGUAGE PROGRAM...: runs the code of SNIPPETS.md in this language; each of it must print the meeting it reads.
set -euo pipefail
language=$1
shift
snippets=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/SNIPPETS.md
awk -v language="$language" -v folder="$CALRIG_CLIENTS" '
  $0 == "```" language { file = folder "/snippet" ++count "." language; next }
  $0 == "```" { file = "" }
  file != "" { print > file }' "$snippets"
count=0
for file in "$CALRIG_CLIENTS"/snippet*."$language"; do
  printed=$("$@" "$file")
  echo "$printed"
  [[ $printed == *Planning* ]] || { echo "${file##*/} does not print the meeting it reads"; exit 1; }
  count=$((count + 1))
done
[ "$count" -eq 2 ] || { echo "SNIPPETS.md has $count pieces of $language, two are meant"; exit 1; }
