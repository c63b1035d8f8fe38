import { join } from "node:path";
import { type CellId, cellName } from "../../record/mod.ts";
import { type AppendFile, appendFile } from "./append_file.ts";
import type { LogEvent, LogHeader, LogLine } from "./schema.ts";

/** The log of one cell. */
export interface CellLog extends Disposable {
  /** Its length in bytes. */
  readonly length: number;
  /** Adds a line. */
  write(at: Pick<LogLine, "step" | "epoch">, event: LogHeader | LogEvent): Promise<void>;
  /** Writes the lines that were held, and from now on each line at once. */
  release(): Promise<void>;
  /** Flushes it to the disk. */
  sync(): Promise<void>;
}

/** How a log begins. */
export interface CellLogOptions {
  /** How many bytes of an earlier log stay: those up to the checkpoint that the cell resumes from. */
  keepBytes: number;
  /** Whether lines wait for `release`, as an earlier run's log is still in their place. */
  held: boolean;
}

/** Where a cell's log lies: `<outDir>/logs/<name>.jsonl`. */
export function logPath(outDir: string, cell: CellId): string {
  return join(outDir, "logs", `${cellName(cell)}.jsonl`);
}

/**
 * Opens the log of a cell. Nothing is on the disk before something has happened, so that a setting
 * that lets nothing happen leaves nothing behind.
 */
export async function openCellLog(
  outDir: string,
  cell: CellId,
  { keepBytes, held }: CellLogOptions,
): Promise<CellLog> {
  const path = logPath(outDir, cell);
  const id = { arm: cell.arm, seed: cell.seed };
  const waiting: Uint8Array[] = [];
  let file: AppendFile | undefined = keepBytes > 0 ? await appendFile(path, keepBytes) : undefined;
  const release = async () => {
    held = false;
    if (waiting.length === 0) return;
    file ??= await appendFile(path, keepBytes);
    for (const line of waiting.splice(0)) await file.append(line);
  };
  return {
    get length() {
      return waiting.reduce((sum, line) => sum + line.length, file?.length ?? 0);
    },
    async write({ step, epoch }, { event, ...fields }) {
      const line = { time: new Date().toISOString(), event, ...id, step, epoch, ...fields };
      waiting.push(new TextEncoder().encode(`${JSON.stringify(line)}\n`));
      if (!held && event !== "init" && event !== "fitStart") await release();
    },
    release,
    sync: async () => await file?.sync(),
    [Symbol.dispose]: () => file?.[Symbol.dispose](),
  };
}
