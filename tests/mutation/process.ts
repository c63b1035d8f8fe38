/** A process with all that it starts, which ends in time. */
/** How a process ended. */
export interface Ended {
  /** By itself, without an error. */
  passed: boolean;
  timedOut: boolean;
  ms: number;
}

/**
 * Runs a program without input or output.
 *
 * @param program the program
 * @param args its arguments
 * @param options where, with what more environment, for how long at most, and what ends it sooner
 * @returns whether it ended by itself without an error
 * @throws what the signal was aborted with
 */
export async function runProcess(
  program: string,
  args: readonly string[],
  { cwd, env, timeoutMs, signal }: {
    cwd: string;
    env: Record<string, string>;
    timeoutMs: number;
    signal: AbortSignal;
  },
): Promise<Ended> {
  signal.throwIfAborted();
  const started = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    cwd,
    env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    // The leader of a group, which ends as one: tests start processes, too.
    detached: true,
  }).spawn();
  const endGroup = () => {
    try {
      Deno.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup();
  }, timeoutMs);
  signal.addEventListener("abort", endGroup);
  try {
    const { success } = await child.status;
    signal.throwIfAborted();
    return { passed: success, timedOut, ms: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", endGroup);
    endGroup();
  }
}
