import assert from "node:assert/strict";
import { ClusterError } from "../../../../src/training/workers/errors.ts";
import { clusterFromSlurm } from "../../../../src/backends/tensorflow/cluster/slurm.ts";

/** Two lines of `scontrol --oneliner show node` of Slurm 22.05.8, some columns left out. */
const LINES = `NodeName=n1 Arch=x86_64 CoresPerSocket=1 CPUAlloc=0 CPUTot=2 NodeAddr=10.1.2.3 \
NodeHostName=host-1 Port=16818 Version=22.05.8
NodeName=n2 Arch=x86_64 CoresPerSocket=1 CPUAlloc=0 CPUTot=2 NodeAddr=10.1.2.4 \
NodeHostName=host-2 Port=16819 Version=22.05.8`;

/** Reads the cluster where `scontrol` is a shell script; without one there is none. */
async function readWith(script?: string): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    if (script !== undefined) {
      await Deno.writeTextFile(`${folder}/scontrol`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    const { tasks } = await clusterFromSlurm(
      new Map([
        ["PATH", folder],
        ["SLURM_JOB_ID", "1"],
        ["SLURM_STEP_NODELIST", "n[1-2]"],
        ["SLURM_STEP_TASKS_PER_NODE", "1(x2)"],
        ["SLURM_NTASKS", "2"],
        ["SLURM_PROCID", "0"],
      ]),
      { basePort: 7000 },
    );
    return tasks.map(({ address }) => address);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("clusterFromSlurm() asks scontrol for the nodes' addresses, all at once", async () => {
  const script = `[ "$*" = "--oneliner show node n[1-2]" ] || exit 9\necho "${LINES}"`;
  assert.deepEqual(await readWith(script), ["10.1.2.3:7000", "10.1.2.4:7000"]);
});

Deno.test("clusterFromSlurm() uses the names where there is no scontrol", async () => {
  assert.deepEqual(await readWith(), ["n1:7000", "n2:7000"]);
});

Deno.test("clusterFromSlurm() hands on why scontrol fails, and which node it does not know", async () => {
  const fails = "echo 'slurm_load_node error: Unable to contact slurm controller' >&2; exit 1";
  await assert.rejects(readWith(fails), (error: Error) => {
    assert.ok(error instanceof ClusterError);
    assert.match(error.message, /SLURM_STEP_NODELIST=n\[1-2\].*Unable to contact slurm controller/);
    return true;
  });
  await assert.rejects(
    readWith(`echo "${LINES.split("\n")[0]}"`),
    /node n2 of SLURM_STEP_NODELIST/,
  );
});
