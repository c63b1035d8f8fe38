#!/bin/sh
# The ids of all processes that were told of the Slurm in folder $1: its daemons, jobs and their clients.
for file in /proc/[0-9]*/environ; do
  # A process that has just ended cannot be read.
  tr '\0' '\n' 2>/dev/null <"$file" | grep -qxF "SLURM_CONF=$1/slurm.conf" || continue
  id=${file#/proc/}
  echo "${id%/environ}"
done
