import { dirname } from "node:path";
import type { Outcome } from "./kind.ts";

interface Line extends Outcome {
  index: number;
}

/** The attempts of a kind that were made without a fault, a line each. */
export class AttemptLog {
  private constructor(readonly path: string, readonly lines: Line[]) {}

  /** Reads what earlier calls made; `again` forgets it. */
  static async open(path: string, again: boolean): Promise<AttemptLog> {
    const text = await Deno.readTextFile(path).catch(() => "");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1); // the last line may be cut off
    const lines = again ? [] : whole.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, again ? "" : whole);
    return new AttemptLog(path, lines);
  }

  /** What came of an attempt, if it was made. */
  find(index: number): Outcome | undefined {
    return this.lines.find((line) => line.index === index);
  }

  /** Adds an attempt. */
  async add(index: number, outcome: Outcome): Promise<void> {
    await Deno.writeTextFile(this.path, `${JSON.stringify({ index, ...outcome })}\n`, {
      append: true,
    });
  }
}
