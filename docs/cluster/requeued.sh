#!/usr/bin/env bash
# Runs COMMAND in a Slurm job so that it saves when Slurm warns, and goes on when the job starts anew:
#
#   #SBATCH --requeue
#   #SBATCH --signal=B:USR1@120   # to the batch shell, 120 s before the time limit
#   exec docs/cluster/requeued.sh srun deno task … --resume
#
# At the warning the program gets SIGTERM; it saves and ends with 4, and this script requeues the job.
# Slurm's own SIGTERM (scancel, a preemption) saves as well, and what becomes of the job then is
# Slurm's to say.
set -u

# The id of an array's last task is that of the whole array, too: the task's own is ARRAY_TASK.
job=$SLURM_JOB_ID
[ -z "${SLURM_ARRAY_JOB_ID:-}" ] || job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID

# Since 22.05 srun does not take this over from sbatch.
[ -z "${SLURM_CPUS_PER_TASK:-}" ] || export SRUN_CPUS_PER_TASK=$SLURM_CPUS_PER_TASK

warned=''
# shellcheck disable=SC2317 # called by the trap
warn() {
  warned=1
  # Not by kill: srun that gets SIGTERM kills its tasks. Not SIGUSR1: Deno opens its debugger at it,
  # to all who are logged in on the node. This reaches the tasks alone, not this shell.
  scancel --signal=TERM "$job"
}
trap warn USR1
trap : TERM # Slurm has told the tasks, too: wait for them

"$@" &
program=$!
wait "$program"
while kill -0 "$program" 2>/dev/null; do wait "$program"; done # a signal had ended the waiting
wait "$program"
code=$?

if [ "$code" -eq 4 ] && [ -n "$warned" ]; then
  # Not left to RequeueExit=4 of slurm.conf: a task of an array that comes back by its exit code counts
  # as failed for what depends on the array (afterok).
  scontrol requeue "$job" && echo "saved; job $job is requeued"
fi
exit "$code"
