/**
 * Runs the attempts of a kind, and counts what came of them.
 *
 * @module
 */
import type { Bench } from "./bench.ts";
import { drawOf } from "./draw.ts";
import type { Kind, Outcome } from "./kind.ts";
import type { Subject } from "./subjects.ts";

/** What came of the attempts of a kind. */
export interface Tally extends Outcome {
  /** What was found wrong, with the attempt's number. */
  faults: { index: number; subject: Subject; text: string }[];
  /** Why it was not run, where it was not. */
  missing?: string;
  /** On which suites and backends. */
  subjects: string[];
  durationMs: number;
}

/** What is run. */
export interface CampaignOptions {
  seed: number;
  kills: number;
  subjects: readonly Subject[];
  short: boolean;
  /** One attempt alone. */
  only?: number;
  /** An attempt that an earlier call made, without faults. */
  known?(index: number): Outcome | undefined;
  /** Is told of an attempt that was made without faults. */
  done?(index: number, outcome: Outcome): Promise<void>;
  signal: AbortSignal;
}

/** Runs a kind. */
export async function runKind(
  bench: Bench,
  name: string,
  kind: Kind,
  options: CampaignOptions,
): Promise<Tally> {
  const began = performance.now();
  const tally: Tally = { ...nothing, faults: [], subjects: [], durationMs: 0 };
  const missing = await kind.missing?.();
  const taken = options.subjects.filter((each) => kind.takes?.(each) ?? true);
  if (missing !== undefined || taken.length === 0) {
    return { ...tally, missing: missing ?? "none of the suites and backends takes it" };
  }
  const count = options.short ? 1 : kind.attempts(options.kills);
  const all = options.only === undefined
    ? Array.from({ length: count }, (_, i) => i)
    : [options.only];
  for (const index of all) {
    if (options.signal.aborted) break;
    const subject = taken[index % taken.length]!;
    const text = `${subject.suite} ${subject.backend}`;
    if (!tally.subjects.includes(text)) tally.subjects.push(text);
    const draw = drawOf(options.seed, name, index);
    try {
      const known = options.known?.(index);
      const outcome = known ??
        await kind.attempt({ bench, subject, draw, index, short: options.short });
      tally.tries += outcome.tries;
      tally.resumed += outcome.resumed;
      tally.refused += outcome.refused;
      if (known === undefined) await options.done?.(index, outcome);
    } catch (error) {
      if (options.signal.aborted) break;
      tally.tries++;
      tally.faults.push({ index, subject, text: `${error}` });
    }
  }
  return { ...tally, durationMs: performance.now() - began };
}

const nothing: Outcome = { tries: 0, resumed: 0, refused: 0 };
