import assert from "node:assert/strict";
import fc from "fast-check";
import { ClusterError } from "../../../../src/training/workers/errors.ts";
import { clusterFromSlurm } from "../../../../src/backends/tensorflow/cluster/slurm.ts";
import {
  layOutTasks,
  tasksInTurn,
} from "../../../../src/backends/tensorflow/cluster/task_layout.ts";

/** The third task of three on two nodes, as srun of Slurm 22.05.8 sets its variables. */
const TASK: Record<string, string> = {
  SLURM_JOB_ID: "12",
  SLURM_STEP_ID: "0",
  SLURM_STEP_NODELIST: "n[1-2]",
  SLURM_STEP_TASKS_PER_NODE: "2,1",
  SLURM_STEP_NUM_TASKS: "3",
  SLURM_NTASKS: "3",
  SLURM_PROCID: "2",
  SLURM_LOCALID: "0",
  SLURM_NODEID: "1",
};
const ADDRESSES = new Map([["n1", "10.0.0.1"], ["n2", "fe80::2"]]);

const env = (changes: Record<string, string | undefined> = {}) =>
  new Map(
    Object.entries({ ...TASK, ...changes }).filter((entry): entry is [string, string] =>
      entry[1] !== undefined
    ),
  );
const read = (
  changes?: Record<string, string | undefined>,
  options: Parameters<typeof clusterFromSlurm>[1] = { basePort: 2000 },
) => clusterFromSlurm(env(changes), { addresses: ADDRESSES, ...options });

Deno.test("clusterFromSlurm() gives each task of the step a place and an address", async () => {
  const { tasks, ...rest } = await read();
  assert.deepEqual(rest, { rank: 2, localRank: 0, source: "Slurm" });
  assert.deepEqual(tasks.map(({ address, node }) => [address, node]), [
    ["10.0.0.1:2000", "n1"],
    ["10.0.0.1:2001", "n1"],
    ["[fe80::2]:2000", "n2"],
  ]);
  assert.deepEqual(tasks.map(({ job, index }) => `${job} ${index}`), [
    "worker 0",
    "worker 1",
    "worker 2",
  ]);
});

Deno.test("clusterFromSlurm() gives nodes at one address ports of their own", async () => {
  const addresses = new Map([["n1", "127.0.0.1"], ["n2", "127.0.0.1"]]);
  const { tasks } = await read({}, { basePort: 2000, addresses });
  assert.deepEqual(tasks.map(({ address }) => address), [
    "127.0.0.1:2000",
    "127.0.0.1:2001",
    "127.0.0.1:2002",
  ]);
});

Deno.test("clusterFromSlurm() follows the distribution that srun was asked for", async () => {
  const cyclic = await read({
    SLURM_DISTRIBUTION: "cyclic:block",
    SLURM_PROCID: "2",
    SLURM_NODEID: "0",
    SLURM_LOCALID: "1",
  });
  assert.deepEqual(cyclic.tasks.map(({ node }) => node), ["n1", "n2", "n1"]);
  assert.equal(cyclic.localRank, 1);
  await assert.rejects(
    read({ SLURM_DISTRIBUTION: "arbitrary" }),
    /arbitrary.*--distribution=block/,
  );
  // Tasks that lie otherwise than the variables say are found out.
  await assert.rejects(
    read({ SLURM_PROCID: "1", SLURM_NODEID: "1", SLURM_LOCALID: "0" }),
    /SLURM_PROCID=1 would have SLURM_NODEID=0, current value is 1/,
  );
});

Deno.test("clusterFromSlurm() takes ports that all tasks of a step find, and other steps don't", async () => {
  const ports = async (changes: Record<string, string>) =>
    (await read(changes, {})).tasks.map(({ address }) => Number(address.split(":").at(-1)));
  const [first, same, otherRank] = await Promise.all([
    ports({}),
    ports({}),
    ports({ SLURM_PROCID: "0", SLURM_NODEID: "0" }),
  ]);
  assert.deepEqual(first, same);
  assert.deepEqual(first, otherRank);
  assert.notDeepEqual(first, await ports({ SLURM_JOB_ID: "13" }));
  assert.notDeepEqual(first, await ports({ SLURM_STEP_ID: "1" }));
  assert.ok(first?.every((port) => port >= 20_000 && port < 32_768));
  assert.deepEqual(await ports({ SLURM_STEP_RESV_PORTS: "12000-12001,12007" }), [
    12000,
    12001,
    12000,
  ]);
  await assert.rejects(ports({ SLURM_STEP_RESV_PORTS: "12000" }), /RESV_PORTS.*--resv-ports/);
  await assert.rejects(read({}, { basePort: 65535 }), ClusterError);
  await assert.rejects(read({}, { basePort: 0 }), RangeError);
});

/** Variables that cannot be, and what the error must name. */
const REFUSED: Record<string, [Record<string, string | undefined>, RegExp]> = {
  "a process outside of Slurm": [
    { SLURM_JOB_ID: undefined, SLURM_STEP_NODELIST: undefined },
    /SLURM_STEP_NODELIST is not set.*not part of a job.*srun/,
  ],
  "a batch script": [
    { SLURM_STEP_NODELIST: undefined, SLURM_PROCID: "0" },
    /SLURM_STEP_NODELIST is not set.*job 12.*batch script.*srun/,
  ],
  "a list that is none": [{ SLURM_STEP_NODELIST: "n[2-1]" }, /SLURM_STEP_NODELIST.*backwards.*2-1/],
  "counts that are none": [
    { SLURM_STEP_TASKS_PER_NODE: "two" },
    /SLURM_STEP_TASKS_PER_NODE.*current value is two/,
  ],
  "counts of fewer nodes": [{ SLURM_STEP_TASKS_PER_NODE: "3" }, /contradict.*TASKS_PER_NODE=3/],
  "another number of tasks": [{ SLURM_STEP_NUM_TASKS: "4" }, /contradict.*SLURM_NTASKS is 4/],
  "a rank outside of the step": [{ SLURM_PROCID: "3" }, /SLURM_PROCID.*0 to 2.*value is 3/],
  "a rank that is no number": [{ SLURM_PROCID: "two" }, /SLURM_PROCID must.*value is two/],
  "no rank": [{ SLURM_PROCID: undefined }, /SLURM_PROCID is not set/],
  "a local rank that does not fit": [{ SLURM_LOCALID: "1" }, /SLURM_LOCALID=0, current value is 1/],
};

for (const [what, [changes, named]] of Object.entries(REFUSED)) {
  Deno.test(`clusterFromSlurm() refuses ${what}, naming variable and value`, async () => {
    await assert.rejects(read(changes), (error: Error) => {
      assert.ok(error instanceof ClusterError);
      assert.match(error.message, named);
      return true;
    });
  });
}

Deno.test("layOutTasks() gives every node its tasks, whatever the distribution", () => {
  const counts = fc.array(fc.nat(5), { minLength: 1, maxLength: 6 });
  const inTurn = fc.constantFrom(1, 2, 3, Infinity);
  fc.assert(fc.property(counts, inTurn, (tasksPerNode, turn) => {
    const places = layOutTasks(tasksPerNode, turn);
    tasksPerNode.forEach((count, node) =>
      assert.deepEqual(
        places.filter((place) => place.node === node).map(({ localRank }) => localRank),
        Array.from({ length: count }, (_, i) => i),
      )
    );
  }));
  const nodes = layOutTasks([3, 1, 4], tasksInTurn("plane", "2")).map(({ node }) => node);
  assert.deepEqual(nodes, [0, 0, 1, 2, 2, 0, 2, 2]);
  assert.deepEqual(tasksInTurn("plane=3", undefined), 3);
  assert.throws(() => tasksInTurn("plane", undefined), ClusterError);
});
