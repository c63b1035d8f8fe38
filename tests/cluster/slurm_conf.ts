/** The files that a Slurm of two nodes is made of. */
import { join } from "node:path";

/** The nodes' names, which need not resolve. */
export const nodes = ["n1", "n2"] as const;

/** Writes the key and the configuration; tells whether devices could be made that pass for GPUs. */
export async function writeFiles(folder: string): Promise<boolean> {
  await Deno.chmod(folder, 0o755); // jobs and munged's clients pass through
  for (const name of ["state", "log", "munge", ...nodes]) await Deno.mkdir(join(folder, name));
  await Deno.chmod(join(folder, "munge"), 0o711);
  const key = crypto.getRandomValues(new Uint8Array(1024));
  await Deno.writeFile(join(folder, "munge/key"), key, { mode: 0o400 });
  const devices = nodes.map((_, i) => join(folder, `gpu${i}`));
  const made = await Promise.all(
    devices.map((path) =>
      new Deno.Command("mknod", { args: [path, "c", "1", "3"], stderr: "null" }).output()
    ),
  );
  const hasGpus = made.every(({ success }) => success);
  if (hasGpus) {
    await Deno.writeTextFile(join(folder, "gres.conf"), `Name=gpu File=${folder}/gpu[0-1]\n`);
  }
  await Deno.writeTextFile(join(folder, "slurm.conf"), configuration(folder, hasGpus));
  return hasGpus;
}

/**
 * Two nodes on one machine need a slurmd and a port each. Without systemd there are no cgroups to be
 * had, so processes are known by their parents, and no task is bound to its cores. What is not named
 * here has no plugin, in old versions and in new ones, which refuse the names that old ones had.
 */
function configuration(folder: string, hasGpus: boolean): string {
  const host = Deno.hostname().split(".")[0]!;
  const [controller, first, second] = freePorts(3);
  return `ClusterName=one
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${folder}/munge/socket
SlurmctldPort=${controller}
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/log/slurmctld
SlurmdLogFile=${folder}/log/slurmd-%n
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
ReturnToService=2
${hasGpus ? "GresTypes=gpu\n" : ""}NodeName=${nodes[0]} NodeHostname=${host} NodeAddr=127.0.0.1 \
Port=${first} CPUs=2 RealMemory=2000 ${hasGpus ? "Gres=gpu:2 " : ""}State=UNKNOWN
NodeName=${nodes[1]} NodeHostname=${host} NodeAddr=127.0.0.1 \
Port=${second} CPUs=2 RealMemory=2000 ${hasGpus ? "Gres=gpu:2 " : ""}State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Ports that nobody has now; all are held until the last is found. */
function freePorts(count: number): number[] {
  const held = Array.from({ length: count }, () => Deno.listen({ hostname: "127.0.0.1", port: 0 }));
  const ports = held.map(({ addr }) => addr.port);
  held.forEach((listener) => listener.close());
  return ports;
}
