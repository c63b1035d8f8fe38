/**
 * Whether this process is one of several that `--workers N` has started on this machine, and what it
 * does for that: the process above passes signals on, and says what there is to say.
 *
 * @module
 */

/** The variable that says who is in a group, and which of them a process is. */
export const tfConfig = "TF_CONFIG";

/** A key in it that other readers of the format pass over. */
export const starterMark = { startedBy: "--workers" } as const;

/** A variable of the environment; nothing where it is not there, or may not be read. */
export function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** What `TF_CONFIG` says, where it can be read at all. */
export function readTfConfig(): { startedBy?: unknown; cluster?: unknown } {
  const text = variable(tfConfig);
  if (text === undefined) return {};
  try {
    return Object(JSON.parse(text));
  } catch {
    return {}; // whoever is asked to join by it says what is wrong
  }
}

/** Whether this process is one of those that a `--workers N` has started. */
export function isLocalWorker(): boolean {
  return readTfConfig().startedBy === starterMark.startedBy;
}

/**
 * A worker that was started here ends with the process that started it, however that ended: it holds
 * the other end of stdin. Killed outright, it could pass nothing on, and its workers would compute for
 * days for nobody.
 *
 * @param stop asks the run to end, as a signal of the system does
 */
export function followStarter(stop: () => void): void {
  if (!isLocalWorker()) return;
  const wait = async () => {
    const reader = Deno.stdin.readable.getReader();
    while (!(await reader.read()).done);
    stop();
  };
  wait().catch(stop);
}
