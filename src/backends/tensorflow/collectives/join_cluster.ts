import * as tf from "../../../tf.ts";
import { check } from "../../../check.ts";
import config from "../../../../deno.json" with { type: "json" };
import { checkAgreement } from "../../../training/workers/check_agreement.ts";
import { ClusterError } from "../../../training/workers/errors.ts";
import { TensorFlowBackend } from "../backend.ts";
import { type Cluster, describeTask } from "../cluster/cluster.ts";
import { TensorFlowError } from "../status.ts";
import { briefly } from "./briefly.ts";
import { encodeServer } from "./server_def.ts";
import { checkSeconds, type SumOptions } from "./sum_options.ts";
import { TensorFlowWorkerGroup } from "./worker_group.ts";

/** How a process joins a cluster. */
export interface JoinOptions extends SumOptions {
  /**
   * Seconds in which all workers must have come; 0 waits for ever.
   * @default {300}
   */
  joinTimeoutSeconds?: number | undefined;
  /** Ends the waiting for workers that have not come; `joinCluster` throws its reason. */
  signal?: AbortSignal | undefined;
}

/** The group that each backend's context has joined last. */
const joined = new WeakMap<TensorFlowBackend, TensorFlowWorkerGroup>();

/**
 * Joins a cluster: opens this worker's port, and makes the group of all workers. Each has the same
 * list; none needs to be there before the others, worker 0 neither.
 *
 * The group is watched from then on. A worker whose process ends, however that happens, is missed by
 * all others within two seconds, or a few on a machine that is full, one that is stopped within half a
 * minute: what they wait for fails with
 * a {@linkcode WorkerLostError} that names it. One that only takes long is waited for. At its end a
 * program calls {@linkcode TensorFlowWorkerGroup.leave}.
 *
 * @param cluster who is in it, and which of them this process is
 * @param options how it joins
 * @returns the group, for `TrainerOptions.group`
 * @throws {TypeError} if the backend is another one
 * @throws {ClusterError} if this process is in a group, this worker's port is in use, a worker does not come in time, or one has
 *   another version of TensorFlow's library or of this one, or another list
 * @throws {WorkerLostError} if a worker is lost while the others join
 * @throws the reason of `signal`, if it is aborted before all have come
 */
export async function joinCluster(
  cluster: Cluster,
  { joinTimeoutSeconds = 300, signal, ...options }: JoinOptions = {},
): Promise<TensorFlowWorkerGroup> {
  const backend = tf.backend();
  check(
    backend instanceof TensorFlowBackend,
    TypeError,
    "join a cluster as the backend must be tensorflow",
    tf.getBackend(),
  );
  const isAllowed = Number.isFinite(joinTimeoutSeconds) && joinTimeoutSeconds >= 0;
  const requirement = "join a cluster as joinTimeoutSeconds must be a number >= 0";
  check(isAllowed, RangeError, requirement, joinTimeoutSeconds);
  checkSeconds(options);
  signal?.throwIfAborted();
  checkFree(backend, cluster);
  openPort(backend, cluster);
  const group = new TensorFlowWorkerGroup(backend, cluster, options);
  joined.set(backend, group);
  const stop = () => group.end(signal?.reason);
  signal?.addEventListener("abort", stop);
  try {
    await meet(group, joinTimeoutSeconds);
    await checkAgreement(group, {
      "version of TensorFlow's library": backend.eager.version,
      [`version of ${config.name}`]: config.version,
      ...Object.fromEntries(
        cluster.tasks.map(({ address }, rank) => [`address of rank ${rank}`, address]),
      ),
    });
  } catch (error) {
    group.abort(`worker ${group.rank} could not join`);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  return group;
}

/** Where it listens for one group, a second one would take that group's place. */
function checkFree(backend: TensorFlowBackend, cluster: Cluster): void {
  if (joined.get(backend)?.isThere !== true) return;
  throw new ClusterError(
    `Cannot join ${
      nameOf(cluster)
    } as this process is in a group already, which it must leave before: ` +
      "give one group to all Trainers",
  );
}

/** Lets TensorFlow listen for the other workers. */
function openPort({ eager }: TensorFlowBackend, cluster: Cluster): void {
  const { library, context, status } = eager, server = encodeServer(cluster);
  library.TFE_EnableCollectiveOps(context, server, BigInt(server.length), status.pointer);
  try {
    status.check("TFE_EnableCollectiveOps");
  } catch (error) {
    const { address } = cluster.tasks[cluster.rank]!;
    const why = error instanceof TensorFlowError ? error.reason : String(error);
    throw new ClusterError(
      `Cannot join ${nameOf(cluster)} as ` +
        `${describeTask(cluster.tasks, cluster.rank)} cannot listen on port ` +
        `${
          address.slice(address.lastIndexOf(":") + 1)
        } (${why}): it is in use, or not allowed. Give ` +
        "each worker of a machine a free port of its own",
      { cause: error },
    );
  }
  eager.refreshDevices();
}

/** Waits until all workers are there. */
async function meet(group: TensorFlowWorkerGroup, timeoutSeconds: number): Promise<void> {
  const timer = timeoutSeconds > 0 &&
    setTimeout(() => group.end(lateError(group, timeoutSeconds)), 1000 * timeoutSeconds);
  try {
    await group.allHaveCome();
    await group.exchange(new Uint8Array());
  } catch (error) {
    if (!(error instanceof TensorFlowError)) throw error;
    const advice = error.reason.includes("incarnation")
      ? "The others have begun with an earlier process in this one's place: end all, and start them again"
      : "All workers must have the same list of workers";
    const message = `Cannot join ${nameOf(group.cluster)} as TensorFlow refuses ` +
      `${describeTask(group.cluster.tasks, group.rank)}: ${briefly(error.reason)}. ${advice}`;
    throw new ClusterError(message, { cause: error });
  } finally {
    if (timer !== false) clearTimeout(timer);
  }
}

function lateError({ missing, cluster }: TensorFlowWorkerGroup, seconds: number): ClusterError {
  const names = missing.map((rank) => describeTask(cluster.tasks, rank));
  const why = names.length > 0
    ? `these workers have not come within ${seconds} s: ${names.join(", ")}`
    : `not all workers have joined within ${seconds} s, though each of them is there`;
  return new ClusterError(
    `Cannot join ${nameOf(cluster)} as ${why}. Look whether they have been started, ` +
      "and whether their ports can be reached from here",
  );
}

function nameOf({ source }: Cluster): string {
  return source === "local" ? "the workers of this machine" : `the cluster of ${source}`;
}
