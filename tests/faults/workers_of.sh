#!/bin/sh
# workers_of.sh PID: the processes that it started as workers of a group, a line each: rank and id. Deno
# alone may read /proc only with all permissions.
for folder in /proc/[0-9]*; do
  parent=$(sed -n 's/^PPid:[[:space:]]*//p' "$folder/status" 2>/dev/null)
  [ "$parent" = "$1" ] || continue
  rank=$(tr '\0' '\n' 2>/dev/null <"$folder/environ" |
    sed -n 's/^TF_CONFIG=.*"index": *\([0-9]*\).*/\1/p')
  [ -z "$rank" ] || echo "$rank ${folder#/proc/}"
done
