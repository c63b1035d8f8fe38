import * as tf from "../../../tf.ts";
import { check } from "../../../check.ts";
import { TensorFlowBackend } from "../backend.ts";
import type { Cluster } from "../cluster/cluster.ts";
import { encodeServer } from "./server_def.ts";
import { type SumOptions, TensorFlowWorkerGroup } from "./worker_group.ts";

/** How a process joins a cluster. */
export type JoinOptions = SumOptions;

/**
 * Joins a cluster: opens this worker's port, and makes the group of all workers. Each has the same
 * list; none needs to be there before the others.
 *
 * @param cluster who is in it, and which of them this process is
 * @param options how it joins
 * @returns the group, for `TrainerOptions.group`
 */
export async function joinCluster(
  cluster: Cluster,
  options: JoinOptions = {},
): Promise<TensorFlowWorkerGroup> {
  const backend = tf.backend();
  check(
    backend instanceof TensorFlowBackend,
    TypeError,
    "join a cluster as the backend must be tensorflow",
    tf.getBackend(),
  );
  const { library, context, status } = backend.eager, server = encodeServer(cluster);
  library.TFE_EnableCollectiveOps(context, server, BigInt(server.length), status.pointer);
  status.check("TFE_EnableCollectiveOps");
  backend.eager.refreshDevices();
  const group = new TensorFlowWorkerGroup(backend, cluster, options);
  await group.exchange(new Uint8Array()); // all are there
  return group;
}
