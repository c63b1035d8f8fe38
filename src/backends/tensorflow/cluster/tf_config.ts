/**
 * A cluster from `TF_CONFIG`, the variable that TensorFlow's `MultiWorkerMirroredStrategy`,
 * Kubeflow's training operator and others share.
 *
 * Source: `tf.distribute.cluster_resolver.TFConfigClusterResolver` and `multi_worker_util.py` of
 * tensorflow/tensorflow.
 *
 * @module
 */
import { jsonOf } from "../../../check.ts";
import { checkCluster, type Cluster, type ClusterTask } from "./cluster.ts";
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";

const NAME = "TF_CONFIG";
const FORM = `{"cluster": {"worker": ["host:port", …]}, "task": {"type": "worker", "index": 0}}`;

/** Jobs of TensorFlow's other strategies, and what to do instead. */
const REFUSED: Readonly<Record<string, string>> = {
  ps: "there are no parameter servers, as gradients are summed among the workers: leave them out",
  evaluator:
    "there is no evaluator, as the workers evaluate between epochs: leave it out and don't start it",
  master: "that is TensorFlow 1's name: call it chief",
};

/**
 * Reads `TF_CONFIG`. A `chief` is rank 0 and workers follow; without one, worker 0 is the chief. Keys
 * that the format does not have are passed over, as its other readers do; what would train
 * otherwise here (`ps`, `evaluator`, Kubeflow's elastic mode) is refused by name.
 *
 * @param text the variable's value; by default the environment's, which needs
 *   `--allow-env=TF_CONFIG`
 * @returns the cluster; which GPU is this worker's is not known from it
 * @throws {ClusterError} where the variable is not there, or is not of the format
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const cluster = clusterFromTfConfig(JSON.stringify({
 *   cluster: { chief: ["a:2222"], worker: ["b:2222", "c:2222"] },
 *   task: { type: "worker", index: 0 },
 * }));
 * assert.equal(cluster.rank, 1);
 * assert.deepEqual(cluster.tasks.map(({ address }) => address), ["a:2222", "b:2222", "c:2222"]);
 * ```
 */
export function clusterFromTfConfig(text: string | undefined = Deno.env.get(NAME)): Cluster {
  const config = parse(text);
  refuseOthers(config);
  const jobs = readJobs(config);
  const own = readTask(config, jobs);
  const tasks = ["chief", "worker"].flatMap((job) =>
    (jobs.get(job) ?? []).map((address, index): ClusterTask => ({ job, index, address }))
  );
  const rank = tasks.findIndex(({ job, index }) => job === own.job && index === own.index);
  return checkCluster({ tasks, rank, source: NAME }, NAME);
}

function parse(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.trim() === "") {
    throw new ClusterError(
      `Cannot read the cluster from ${NAME} as it is ${
        text === undefined ? "not set" : "empty"
      }. ` +
        `Set it for each worker: ${FORM}`,
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    refuse(`it is not JSON (${error instanceof Error ? error.message : error})`, text);
  }
  return isRecord(value) ? value : refuse("it is not an object", value);
}

/** What other programs of this variable do, and this one does not. */
function refuseOthers(config: Record<string, unknown>): void {
  if ("sparseCluster" in config) {
    throw new ClusterError(
      `Cannot use ${NAME} as it is of elastic mode: it has sparseCluster, ` +
        `${shown(config.sparseCluster)}. The number of workers is fixed while a training runs: ` +
        "leave enableDynamicWorker out of the TFJob, or set it to false",
    );
  }
  const layer = config["rpc_layer"];
  if (layer !== undefined && layer !== "grpc") {
    throw new ClusterError(
      `Cannot use ${NAME} as rpc_layer must be "grpc": current value is ${jsonOf(layer, 160)}`,
    );
  }
}

/** Addresses by job. */
function readJobs({ cluster }: Record<string, unknown>): Map<string, string[]> {
  if (cluster === undefined) refuse("it has no cluster", undefined);
  if (!isRecord(cluster)) return refuse("cluster is not an object of lists", cluster);
  const jobs = new Map<string, string[]>();
  for (const [job, addresses] of Object.entries(cluster)) {
    if (!Array.isArray(addresses) || !addresses.every((address) => typeof address === "string")) {
      refuse(`cluster.${job} is not a list of addresses`, addresses);
    }
    if (addresses.length === 0) continue;
    refuseJob(job, `cluster.${job}`, addresses);
    jobs.set(job, addresses);
  }
  const chiefs = jobs.get("chief") ?? [];
  if (chiefs.length > 1) refuse("cluster.chief has more than one task", chiefs);
  if (jobs.size === 0) refuse("its cluster has no workers", cluster);
  return jobs;
}

/** Which task this process is. */
function readTask(
  { task }: Record<string, unknown>,
  jobs: Map<string, string[]>,
): { job: string; index: number } {
  if (task === undefined) refuse("it has no task, which says which worker this process is");
  if (!isRecord(task)) return refuse("task is not an object", task);
  const { type: job, index } = task;
  if (typeof job !== "string") return refuse("task.type is not the name of a job", job);
  refuseJob(job, "task.type", job);
  // Other readers take text, too: some launchers write all values as text.
  const number = typeof index === "string" && /^\d+$/.test(index) ? Number(index) : index;
  if (typeof number !== "number" || !Number.isInteger(number) || number < 0) {
    return refuse("task.index is not an integer >= 0", index);
  }
  const size = jobs.get(job)?.length;
  if (size === undefined) {
    return refuse(`task.type is none of the cluster's jobs, ${[...jobs.keys()].join(", ")}`, job);
  }
  if (number >= size) {
    return refuse(
      `task.index is outside of the cluster, which has ${size} of cluster.${job}: 0 to ${size - 1}`,
      number,
    );
  }
  return { job, index: number };
}

function refuseJob(job: string, where: string, value: unknown): void {
  if (job === "chief" || job === "worker") return;
  const why = Object.hasOwn(REFUSED, job)
    ? REFUSED[job]
    : "the jobs of data-parallel training are chief and worker";
  throw new ClusterError(
    `Cannot use ${NAME} as ${where} names the job ${JSON.stringify(shown(job))}` +
      `${value === job ? "" : `, ${shown(value)}`}: ${why}`,
  );
}

function refuse(why: string, ...seen: unknown[]): never {
  const value = seen.length === 0 || seen[0] === undefined ? "" : `: ${shown(seen[0])}`;
  throw new ClusterError(`Cannot read ${NAME} as ${why}${value}. Expected ${FORM}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
