#!/bin/sh
# Kills task $3 (not 0, which the batch shell is too) of job $2 of the Slurm in folder $1.
for id in $(sh "$(dirname "$0")/processes_of.sh" "$1"); do
  file=/proc/$id/environ
  grep -qszxF "SLURM_JOB_ID=$2" "$file" && grep -qszxF "SLURM_PROCID=$3" "$file" && kill -KILL "$id"
done
