/**
 * The variables by which processes that were started here know each other: `TF_CONFIG`, as all who
 * start workers write it.
 *
 * @module
 */
import { readTfConfig, starterMark, tfConfig } from "../signals/starter.ts";

/** The variable that says which GPUs a process sees. */
export const visibleGpus = "CUDA_VISIBLE_DEVICES";

/**
 * The variables of each worker.
 *
 * @param ports a free one each, on this machine
 * @param gpus the GPUs' names, one each; none where processors compute
 */
export function localEnvironments(
  ports: readonly number[],
  gpus: readonly string[] = [],
): Record<string, string>[] {
  const worker = ports.map((port) => `127.0.0.1:${port}`);
  return ports.map((_, index) => ({
    [tfConfig]: JSON.stringify({
      cluster: { worker },
      task: { type: "worker", index },
      ...starterMark,
    }),
    ...(gpus.length > 0 && { [visibleGpus]: gpus[index]! }),
  }));
}

/** Ports on the loopback interface that nobody uses now. */
export function freePorts(count: number): number[] {
  const listeners = Array.from(
    { length: count },
    () => Deno.listen({ hostname: "127.0.0.1", port: 0 }),
  );
  const ports = listeners.map(({ addr }) => addr.port);
  listeners.forEach((listener) => listener.close());
  return ports;
}

/** How many processes `TF_CONFIG` names, where it can be read at all. */
export function tasksInTfConfig(): number {
  return Object.values(Object(readTfConfig().cluster)).flat().length;
}
