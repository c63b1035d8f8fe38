import { isLocalWorker } from "./local_cluster.ts";

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
