/**
 * The variables by which processes that were started here know each other: `TF_CONFIG`, as all who
 * start workers write it.
 *
 * @module
 */

/** The variable that says who is in a group, and which of them a process is. */
export const tfConfig = "TF_CONFIG";

/** The variable that says which GPUs a process sees. */
export const visibleGpus = "CUDA_VISIBLE_DEVICES";

/** A key that readers of the format pass over: the process above passes signals on and tells errors. */
const marker = { startedBy: "--workers" } as const;

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
      ...marker,
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

/** Whether this process is one of those that a `--workers N` has started. */
export function isLocalWorker(): boolean {
  return configured()?.startedBy === marker.startedBy;
}

/** How many processes `TF_CONFIG` names, where it can be read at all. */
export function tasksInTfConfig(): number {
  const { cluster } = configured() ?? {};
  return Object.values(Object(cluster)).flat().length;
}

function configured(): { startedBy?: unknown; cluster?: unknown } | undefined {
  const text = variable(tfConfig);
  if (text === undefined) return undefined;
  try {
    return Object(JSON.parse(text));
  } catch {
    return undefined; // whoever is asked to join by it says what is wrong
  }
}

/** A variable of the environment; nothing where it is not there, or may not be read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
