#!/bin/sh
# Ends the Slurm in folder $1, with its jobs, and removes the folder, when whoever holds the other end
# of stdin is gone, be it killed.
folder=$1
here=$(dirname "$0")
trap '' HUP INT TERM
while read -r _; do :; done

tries=0
while ids=$(sh "$here/processes_of.sh" "$folder") && [ -n "$ids" ] && [ $tries -lt 60 ]; do
  # Asked first, then made to; $ids is a list of words.
  # shellcheck disable=SC2086
  if [ $tries -lt 15 ]; then kill -TERM $ids; else kill -KILL $ids; fi 2>/dev/null
  tries=$((tries + 1))
  sleep 0.2
done
rm -rf "$folder"
