/**
 * Runs whose numbers follow from seed and settings, and not from how many cores there are.
 *
 * @module
 */
import { selectBackend, type SelectedBackend } from "../../src/backends/select.ts";
import { UsageError } from "../ground/errors.ts";
import type { Result, Warning } from "../record/mod.ts";

/**
 * Makes a backend compute each operation on one thread, in one order. Which operations run beside each
 * other changes nothing: none of them reads what another one is still summing.
 *
 * @throws {UsageError} where the settings ask for more threads, or a GPU would compute
 */
export async function selectDeterministic(
  name: string | undefined,
  { intraOpThreads, interOpThreads = 0 }: { intraOpThreads: number; interOpThreads?: number },
): Promise<SelectedBackend> {
  if (intraOpThreads > 1) {
    throw new UsageError(
      `Cannot run with --deterministic and intraOpThreads ${intraOpThreads} as it is one thread that ` +
        "makes results the same: set intraOpThreads to 0 or 1",
    );
  }
  const backend = await selectBackend(name, { intraOpThreads: 1, interOpThreads });
  if (backend.threads !== 1) {
    const what = backend.threads === undefined ? "a GPU" : `${backend.threads} threads`;
    throw new UsageError(
      `Cannot run with --deterministic as ${what} would compute on ${backend.name}, in an order that ` +
        "nothing fixes: take --backend wasm or cpu, or leave the GPU out (CUDA_VISIBLE_DEVICES=-1)",
    );
  }
  return backend;
}

/** Warns where a run goes on with what gives other digits; nothing where that is not known. */
export function otherDigits(
  { environment: before }: Result,
  { environment: now }: Result,
): Warning[] {
  const differ = ([name, a, b]: [string, unknown, unknown]) =>
    a === undefined || b === undefined || a === b ? [] : [`${name} ${a}, now ${b}`];
  const found = [
    ...differ(["threads an operation:", before.threads, now.threads]),
    ...differ(["oneDNN:", before.oneDnn, now.oneDnn]),
    ...differ(["processor's instructions:", before.instructionSets, now.instructionSets]),
  ];
  if (found.length === 0) return [];
  return [{
    code: "other-digits",
    message: `This run goes on with what adds up in another order (${found.join("; ")})`,
    advice:
      "Its numbers are not those of an undisturbed run to the bit; begin anew where they must be",
  }];
}
