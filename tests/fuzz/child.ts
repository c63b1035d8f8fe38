/**
 * A process for one target: what hangs or crashes takes no other with it. Tells on standard output, a
 * line of JSON each, which case it begins, and after each block what has come of all.
 *
 * @module
 */
import { caseOf, emptyTally, runBlock, shown } from "./run_target.ts";
import { targets } from "./targets.ts";

/** What a process is to do. */
export interface Task {
  target: string;
  seed: number;
  /** The first block. */
  block: number;
  /** How many blocks. */
  blocks: number;
  /** How many cases a block has. */
  cases: number;
  /** When to end, in ms since 1970, at the latest. */
  until?: number;
  /** A Python with the second readers' packages. */
  python?: string;
  /** Only this case, and only to say how it is made. */
  describe?: number;
}

const encoder = new TextEncoder();

/** Writes a line; of another's the parent would make nothing. */
function tell(message: object): void {
  let rest = encoder.encode(`${JSON.stringify(message)}\n`);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

async function main(task: Task): Promise<void> {
  // What parsers print is no business of the parent's.
  for (const name of ["log", "warn", "error", "info", "debug"] as const) console[name] = () => {};
  const target = await (await targets[task.target]!()).start(task.python);
  if (task.describe !== undefined) {
    const found = caseOf(target, task.seed, task.block, task.describe);
    tell({ described: found === undefined ? undefined : shown(found) });
    return;
  }
  tell({ second: target.second?.name ?? null });
  const tally = emptyTally();
  for (let block = task.block; block < task.block + task.blocks; block++) {
    if (task.until !== undefined && Date.now() >= task.until) break;
    const watcher = { before: (run: number) => tell({ block, run }) };
    await runBlock(target, { seed: task.seed, block, cases: task.cases }, tally, watcher);
    tell({ done: block, tally });
  }
  await target.second?.close?.();
  tell({ ended: true });
}

if (import.meta.main) {
  try {
    await main(JSON.parse(Deno.args[0]!) as Task);
    Deno.exit(0);
  } catch (error) {
    tell({ broken: error instanceof Error ? error.stack ?? error.message : `${error}` });
    Deno.exit(3);
  }
}
