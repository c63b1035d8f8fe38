import { dirname } from "node:path";
import type { Outcome } from "./kind.ts";

interface Line extends Outcome {
  kind: string;
  index: number;
}

/** The attempts of a campaign that were made without a fault, a line each. */
export class AttemptLog {
  private constructor(readonly path: string, readonly lines: Line[]) {}

  /** Reads what earlier calls made; `again` forgets it. */
  static async open(path: string, again: boolean): Promise<AttemptLog> {
    const text = again ? "" : await Deno.readTextFile(path).catch(() => "");
    const whole = text.split("\n").slice(0, -1); // the last one is cut off, or empty
    return new AttemptLog(path, whole.map((line) => JSON.parse(line)));
  }

  /** What came of an attempt, if it was made. */
  find(kind: string, index: number): Outcome | undefined {
    return this.lines.find((line) => line.kind === kind && line.index === index);
  }

  /** Adds an attempt. */
  async add(kind: string, index: number, outcome: Outcome): Promise<void> {
    this.lines.push({ kind, index, ...outcome });
    await Deno.mkdir(dirname(this.path), { recursive: true });
    const text = this.lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await Deno.writeTextFile(this.path, text);
  }
}
