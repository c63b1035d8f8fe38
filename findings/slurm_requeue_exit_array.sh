#!/usr/bin/env bash
# Slurm 22.05.8 (Debian 12): after a requeue by RequeueExit, what depends on the array never starts.
#
# Expected: a job with --dependency=afterok:ARRAY starts once all tasks of the array have ended with 0,
#   also where a task was requeued in between, as it does after `scontrol requeue`, and as a job does
#   that depends on one job that RequeueExit has requeued.
# Seen: once a task of an array has come back by RequeueExit=4 in slurm.conf, the dependent job is
#   DependencyNeverSatisfied, though both tasks have ended with 0; --kill-on-invalid-dep would cancel it.
# Source: observed, slurm.conf(5) "RequeueExit", sbatch(1) "--dependency". A Slurm of one node in a
#   temporary folder, as any user; Debian's packages are unpacked there, not installed.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
daemons=()
trap 'kill "${daemons[@]}" 2>/dev/null; wait; rm -rf "$folder"' EXIT
cd "$folder"
version=22.05.8-4+deb12u3
apt-get download -q "slurmctld=$version" "slurmd=$version" "slurm-client=$version" \
  "slurm-wlm-basic-plugins=$version" munge libmunge2 libhwloc15 libnuma1 libudev1 libjson-c5 libyaml-0-2 \
  liblua5.1-0 libreadline8 libdbus-1-3 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" .; done
libraries=$folder/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo x86_64-linux-gnu)
export LD_LIBRARY_PATH=$libraries:$libraries/slurm-wlm PATH=$folder/usr/bin:$folder/usr/sbin:$PATH
export SLURM_CONF=$folder/slurm.conf

head -c 1024 /dev/urandom >key
chmod 400 key
munged --foreground --force --key-file="$folder/key" --socket="$folder/munge" --pid-file="$folder/munge.pid" \
  --seed-file="$folder/seed" --log-file="$folder/munge.log" >/dev/null 2>&1 &
daemons+=($!)
free_ports='import socket
held = [socket.socket() for _ in range(2)]
for one in held: one.bind(("127.0.0.1", 0))
print(*[one.getsockname()[1] for one in held])'
read -r controller node < <(python3 -c "$free_ports")
host=$(hostname -s)
mkdir state spool
cat >slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
AuthInfo=socket=$folder/munge
PluginDir=$libraries/slurm-wlm
SlurmctldPort=$controller
SlurmdPort=$node
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
SlurmdParameters=config_overrides
RequeueExit=4
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
slurmctld-wlm -D >ctld.log 2>&1 &
daemons+=($!)
slurmd-wlm -D -N n1 -d "$folder/usr/sbin/slurmstepd-wlm" >slurmd.log 2>&1 &
daemons+=($!)
for _ in $(seq 100); do
  if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then break; fi
  sleep 0.2
done

# Its last task ends with 4 the first time, or is requeued by scontrol where BY_SCONTROL is set.
cat >task.sh <<'TASK'
#!/bin/bash
[ "${SLURM_ARRAY_TASK_ID:-1}" = 1 ] && [ -z "$SLURM_RESTART_COUNT" ] || exit 0
sleep 1
[ -z "$BY_SCONTROL" ] || { scontrol requeue "${SLURM_ARRAY_JOB_ID}_1"; sleep 30; }
exit 4
TASK

# field JOB NAME: what scontrol tells of a job.
field() { scontrol --oneliner show job "$1" | grep -o " $2=[^ ]*" | head -n 1 | cut -d= -f2; }

# after HOW ARGUMENTS...: how a job that depends on one with these arguments fares.
after() {
  local how=$1 id dependent task
  shift
  id=$(BY_SCONTROL=$([ "$how" = exit ] || echo 1) sbatch --parsable --output=/dev/null "$@" task.sh)
  dependent=$(sbatch --parsable --output=/dev/null --dependency="afterok:$id" --wrap true)
  task=$id
  if [ $# -gt 0 ]; then task=${id}_1; fi
  until [ "$(field "$task" Reason)" = BeginTime ]; do sleep 0.2; done
  sleep 5 # what is started sooner may get the end of the earlier start for its own
  scontrol update "JobId=$task" StartTime=now
  until [ "$(field "$task" JobState)" = COMPLETED ]; do sleep 0.2; done
  for _ in $(seq 60); do
    case $(field "$dependent" JobState)-$(field "$dependent" Reason) in
      COMPLETED-*) echo started && return ;;
      PENDING-DependencyNeverSatisfied) echo never && return ;;
    esac
    sleep 0.5
  done
  echo waits
}

seen="one job, RequeueExit: $(after exit); array, scontrol requeue: $(after scontrol --array=0-1); \
array, RequeueExit: $(after exit --array=0-1)"
echo "$seen"
[ "$seen" = "one job, RequeueExit: started; array, scontrol requeue: started; array, RequeueExit: never" ]
