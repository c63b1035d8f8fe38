#!/bin/sh
# The ids of all processes that were told of the Slurm in folder $1: its daemons, jobs and their clients.
grep -lszxF "SLURM_CONF=$1/slurm.conf" /proc/[0-9]*/environ | sed 's|/proc/||; s|/environ||'
