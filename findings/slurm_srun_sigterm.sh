#!/usr/bin/env bash
# Slurm 22.05.8 (Debian 12): srun does not forward SIGTERM to its tasks, it kills them.
#
# Expected: a task that takes two seconds to save after SIGTERM gets it, and saves, when srun gets it:
#   "Signals sent to the srun command are automatically forwarded to the tasks it is controlling with a
#   few exceptions", of which SIGTERM is none; SIGUSR1 is forwarded so.
# Seen: "srun: forcing job termination"; the task gets SIGTERM and SIGKILL at once, and saves nothing.
#   `scancel --signal=TERM JOB` reaches it, and it saves.
# Source: srun(1), "SIGNALS AND ESCAPE SEQUENCES". A Slurm of one node in a temporary folder, as any
#   user; Debian's packages are unpacked there, not installed.
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

# Saves two seconds after the signal.
cat >task.sh <<'TASK'
#!/bin/bash
trap 'asked=1' TERM USR1
touch began
until [ -n "$asked" ]; do sleep 0.1; done
sleep 2
touch saved
TASK

# after COMMAND...: whether a task saves once the command has told its srun, or its job (JOB), to end.
after() {
  rm -f began saved
  srun --quiet --ntasks=1 bash task.sh >/dev/null 2>&1 &
  local srun=$! job
  until [ -e began ]; do sleep 0.1; done
  job=$(squeue --noheader --format=%i)
  "${@//JOB/$job}" >/dev/null 2>&1 || true
  wait "$srun" 2>/dev/null || true
  while [ -n "$(squeue --noheader --format=%i)" ]; do sleep 0.2; done
  if [ -e saved ]; then echo saved; else echo lost; fi
}
# signal_srun NAME: a signal to the one srun that this shell has started.
signal_srun() { kill "-$1" "$(jobs -p | tail -n 1)"; }

seen="USR1 to srun: $(after signal_srun USR1); TERM by scancel: $(after scancel --signal=TERM JOB); \
TERM to srun: $(after signal_srun TERM)"
echo "$seen"
[ "$seen" = "USR1 to srun: saved; TERM by scancel: saved; TERM to srun: lost" ]
