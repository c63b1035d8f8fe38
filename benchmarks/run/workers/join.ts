/**
 * How a run finds its workers, and joins them.
 *
 * @module
 */
import * as tf from "../../../src/tf.ts";
import type { Cluster } from "../../../src/backends/tensorflow/cluster/cluster.ts";
import { clusterFromSlurm } from "../../../src/backends/tensorflow/cluster/slurm.ts";
import { clusterFromTfConfig } from "../../../src/backends/tensorflow/cluster/tf_config.ts";
import type { WorkersAsked } from "../../cli/workers/asked.ts";
import { isLocalWorker } from "../../cli/signals/starter.ts";
import { tasksInTfConfig } from "../../cli/workers/local_cluster.ts";
import { UsageError } from "../../ground/errors.ts";
import { counted } from "../../ground/format.ts";
import { alone, type RunGroup, runGroup } from "./run_group.ts";

/** Who trains together. */
export interface RunWorkers {
  /** How many. */
  size: number;
  /** This process's number. */
  rank: number;
  /** Nothing where a process is alone, or only plans. */
  cluster?: Cluster;
  /** How many of them share this machine's processors, as far as that is known. */
  here: number;
}

/** A process without others. */
export const oneWorker: RunWorkers = { size: 1, rank: 0, here: 1 };

/**
 * The workers that are asked for. Nothing is joined yet.
 *
 * @throws {UsageError} if this process is to start some, and is one of a group that others have made
 * @throws {ClusterError} if the variables that name a group are not what they must be
 */
export async function workersOf(asked: WorkersAsked | undefined): Promise<RunWorkers> {
  if (asked === "tf-config") return joined(clusterFromTfConfig());
  if (asked === "slurm") return joined(await clusterFromSlurm());
  if (isLocalWorker()) {
    const cluster = clusterFromTfConfig();
    const { tasks: { length }, rank } = cluster;
    return { size: length, rank, here: length, cluster: { ...cluster, source: "local" } };
  }
  if (asked !== undefined && asked > 1) {
    checkStartsGroup(asked);
    return { size: asked, rank: 0, here: asked };
  }
  const others = tasksInTfConfig();
  if (others > 1) {
    console.error(
      `warning: TF_CONFIG names ${counted(others, "task")}, and this process trains alone: ` +
        "--workers tf-config lets it join them",
    );
  }
  return oneWorker;
}

function joined(cluster: Cluster): RunWorkers {
  const { tasks: { length }, rank } = cluster;
  const hostOf = (address: string) => address.slice(0, address.lastIndexOf(":"));
  const own = hostOf(cluster.tasks[rank]!.address);
  const here = cluster.tasks.filter(({ address }) => hostOf(address) === own).length;
  return { size: length, rank, here, cluster };
}

/**
 * Fails where this process is to start a group, and is one of another.
 *
 * @throws {UsageError} naming the word that joins it
 */
export function checkStartsGroup(asked: number): void {
  const others = tasksInTfConfig();
  if (others <= 1) return;
  throw new UsageError(
    `Cannot start ${
      counted(asked, "worker")
    } as TF_CONFIG says that this process is one of a group ` +
      `of ${others}: --workers tf-config joins it; or unset TF_CONFIG`,
  );
}

/**
 * Joins the group of a run; a process that is alone joins nothing. That it waits for others it says
 * after a while: they may come minutes later, or never.
 *
 * @param signal ends the waiting
 * @throws {UsageError} if the backend is not TensorFlow's
 * @throws {ClusterError} if the group cannot be, or a worker does not come
 * @throws the signal's reason
 */
export async function joinWorkers(
  { cluster, size }: RunWorkers,
  signal: AbortSignal,
): Promise<RunGroup> {
  if (size === 1 || cluster === undefined) return alone;
  // Only here is the backend there already: it takes a while to load.
  const { joinCluster } = await import("../../../src/backends/tensorflow/mod.ts");
  const { rank, source } = cluster;
  const says = source !== "local" || rank === 0; // of those started here one is enough
  const patience = says && setTimeout(() => console.error(waitingLine(rank, size)), silentMs);
  try {
    return runGroup(await joinCluster(cluster, { signal }));
  } finally {
    if (patience !== false) clearTimeout(patience);
  }
}

/** Workers that are started together have met by then, most often. */
const silentMs = 15_000;

function waitingLine(rank: number, size: number): string {
  return `rank ${rank} waits for the ${
    counted(size - 1, "other worker")
  }; in five minutes it ends, ` +
    "and names those that have not come";
}

/**
 * Refuses a backend that has no collectives.
 *
 * @throws {UsageError} if there are several workers, and the backend is not TensorFlow's
 */
export function checkWorkersBackend({ size }: RunWorkers): void {
  const backend = tf.getBackend();
  if (size === 1 || backend === "tensorflow") return;
  throw new UsageError(
    `Cannot train on ${counted(size, "worker")} as the backend must be tensorflow, whose runtime ` +
      `sums their gradients: it is ${backend}; \`deno task setup\` fetches it`,
  );
}
