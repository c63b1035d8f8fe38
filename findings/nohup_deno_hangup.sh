#!/usr/bin/env bash
# Deno 2.9.6 (npm), Linux: a program under `nohup` outlives SIGHUP for half a second, then ends at it.
#
# Expected: nohup starts a program with SIGHUP ignored, and a program that never asks for SIGHUP leaves
#   it so and outlives its terminal.
# Seen: about 500 ms after its start, or at the first Deno.addSignalListener of any signal, Deno puts
#   handlers of its own into the place of the inherited SIG_IGN for SIGHUP, SIGINT and SIGTERM. From
#   then on SIGHUP ends the program with exit code 129. Before that it is ignored, as it should be.
# Source: observed with strace (rt_sigaction) and in /proc/PID/status (SigIgn).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent deno@2.9.6 >/dev/null
deno=$(ls "$folder"/node_modules/@deno/linux-*-glibc/deno) # the program that npm's script starts
echo 'setTimeout(() => {}, 4000);' >waiting.ts
export DENO_DIR=$folder/cache
"$deno" check waiting.ts >/dev/null 2>&1

# ended SECONDS PROGRAM...: the exit code under nohup where SIGHUP comes after some seconds.
ended() {
  local code=0 seconds=$1
  shift
  nohup "$@" >/dev/null 2>&1 &
  local pid=$!
  sleep "$seconds"
  kill -HUP "$pid"
  wait "$pid" 2>/dev/null || code=$?
  echo "$code"
}

seen="sleep, after 2 s: $(ended 2 sleep 4); deno, after 0.2 s: $(ended 0.2 "$deno" run waiting.ts); \
deno, after 2 s: $(ended 2 "$deno" run waiting.ts)"
echo "$seen"
[ "$seen" = "sleep, after 2 s: 0; deno, after 0.2 s: 0; deno, after 2 s: 129" ]
