/**
 * A cluster from the variables that Slurm's `srun` gives its tasks.
 *
 * Source: srun(1), "OUTPUT ENVIRONMENT VARIABLES".
 *
 * @module
 */
import { joinAddress } from "./address.ts";
import { checkCluster, type Cluster, type ClusterTask } from "./cluster.ts";
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";
import { expandHostList } from "./host_list.ts";
import { nodeAddresses } from "./slurm_addresses.ts";
import { slurmPorts } from "./slurm_ports.ts";
import { expandCounts, layOutTasks, type Place, tasksInTurn } from "./task_layout.ts";

/** Variables of the environment: `Deno.env`, or a `Map` of one's own. */
export type Variables = { get(name: string): string | undefined };

/** Options of {@linkcode clusterFromSlurm}. */
export interface SlurmOptions {
  /**
   * The first worker's port at each address; those after it count up.
   * @default {what `srun --resv-ports` reserved, else one of 20000 to 31967 by job and step}
   */
  basePort?: number;
  /**
   * Nodes' addresses by their names, where they are known.
   * @default {what `scontrol show node` says}
   */
  addresses?: ReadonlyMap<string, string>;
}

/**
 * Reads the cluster of the step that this process is a task of: each task of `srun` is a worker, and
 * its rank is Slurm's. Needs `--allow-env` for variables that begin with `SLURM_`, and
 * `--allow-run=scontrol` for the nodes' addresses.
 *
 * @param env where variables are read
 * @returns the cluster
 * @throws {ClusterError} outside of `srun`, as in a batch script; where variables are missing, are
 *   not of Slurm's form or contradict each other; where `scontrol` fails
 * @throws {RangeError} where `basePort` is no port
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const env = new Map([
 *   ["SLURM_JOB_ID", "7"], ["SLURM_STEP_NODELIST", "n[1-2]"], ["SLURM_NTASKS", "2"],
 *   ["SLURM_STEP_TASKS_PER_NODE", "1(x2)"], ["SLURM_PROCID", "1"], ["SLURM_LOCALID", "0"],
 * ]);
 * const addresses = new Map([["n1", "10.0.0.1"], ["n2", "10.0.0.2"]]);
 * const cluster = await clusterFromSlurm(env, { basePort: 2222, addresses });
 * assert.equal(cluster.tasks[1]?.address, "10.0.0.2:2222");
 * ```
 */
export async function clusterFromSlurm(
  env: Variables = Deno.env,
  { basePort, addresses }: SlurmOptions = {},
): Promise<Cluster> {
  const port = slurmPorts(env, basePort);
  const nodeList = stepNodeList(env);
  const names = expandHostList(nodeList, "SLURM_STEP_NODELIST");
  const places = readPlaces(env, names.length);
  const rank = ownRank(env, places);
  const known = addresses ?? await nodeAddresses(nodeList, names, (name) => env.get(name));
  const taken = new Map<string, number>(); // two nodes may be one machine, so not the local rank
  const tasks = places.map(({ node }, index): ClusterTask => {
    const name = names[node] ?? "";
    const host = known.get(name) ?? name;
    const before = taken.get(host) ?? 0;
    taken.set(host, before + 1);
    return { job: "worker", index, address: joinAddress(host, port(before)), node: name };
  });
  const { localRank = 0 } = places[rank] ?? {};
  return checkCluster({ tasks, rank, localRank, source: "Slurm" }, "SLURM_STEP_NODELIST");
}

/** The nodes of this step, which its tasks alone are told. */
function stepNodeList(env: Variables): string {
  const list = env.get("SLURM_STEP_NODELIST");
  if (list !== undefined && list.trim() !== "") return list;
  const job = env.get("SLURM_JOB_ID");
  throw new ClusterError(
    "Cannot read the cluster from Slurm as SLURM_STEP_NODELIST is not set: " +
      (job === undefined
        ? "this process is not part of a job"
        : `in job ${
          shown(job)
        } this process is the batch script's, or salloc's, and no task of a step`) +
      ". Start the workers by `srun`, as `srun --ntasks=2 deno …`",
  );
}

/** Where each task runs. */
function readPlaces(env: Variables, nodeCount: number): Place[] {
  const perNode = env.get("SLURM_STEP_TASKS_PER_NODE");
  const size = readNumber(env, "SLURM_STEP_NUM_TASKS", "SLURM_NTASKS");
  const counts = perNode === undefined && nodeCount === 1
    ? [size]
    : expandCounts(required(env, "SLURM_STEP_TASKS_PER_NODE"), "SLURM_STEP_TASKS_PER_NODE");
  const sum = counts.reduce((total, count) => total + count, 0);
  if (counts.length !== nodeCount || sum !== size) {
    throw new ClusterError(
      `Cannot read the cluster from Slurm as its variables contradict each other: ` +
        `SLURM_STEP_NODELIST=${shown(env.get("SLURM_STEP_NODELIST"))} has ${nodeCount} nodes, ` +
        `SLURM_STEP_TASKS_PER_NODE=${shown(perNode)} has ${counts.length} with ${sum} tasks, and ` +
        `SLURM_NTASKS is ${size}`,
    );
  }
  return layOutTasks(
    counts,
    tasksInTurn(env.get("SLURM_DISTRIBUTION"), env.get("SLURM_DIST_PLANESIZE")),
  );
}

/** This task's rank, held against where Slurm has put it. */
function ownRank(env: Variables, places: readonly Place[]): number {
  const rank = readNumber(env, "SLURM_PROCID");
  const place = places[rank];
  if (place === undefined) {
    throw new ClusterError(
      `Cannot read the cluster from Slurm as SLURM_PROCID is outside of it: it must be one of 0 to ` +
        `${places.length - 1}, current value is ${rank}`,
    );
  }
  const check = (name: string, wanted: number) => {
    const seen = env.get(name);
    if (seen === undefined || Number(seen) === wanted) return;
    throw new ClusterError(
      `Cannot read the cluster from Slurm as tasks lie on its nodes in another order than ` +
        `SLURM_DISTRIBUTION=${shown(env.get("SLURM_DISTRIBUTION") ?? "block")} says: task ` +
        `SLURM_PROCID=${rank} would have ${name}=${wanted}, current value is ${shown(seen)}. ` +
        "Start the step by `srun --distribution=block`",
    );
  };
  check("SLURM_NODEID", place.node);
  check("SLURM_LOCALID", place.localRank);
  return rank;
}

function readNumber(env: Variables, ...names: [string, ...string[]]): number {
  const name = names.find((each) => env.get(each) !== undefined) ?? names.at(-1) ?? names[0];
  const text = required(env, name);
  if (/^\d+$/.test(text)) return Number(text);
  throw new ClusterError(
    `Cannot read the cluster from Slurm as ${name} must be an integer >= 0: current value is ` +
      shown(text),
  );
}

function required(env: Variables, name: string): string {
  const text = env.get(name);
  if (text !== undefined) return text;
  throw new ClusterError(
    `Cannot read the cluster from Slurm as ${name} is not set, which srun sets for each of its tasks`,
  );
}
