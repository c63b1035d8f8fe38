import { ClusterError } from "./errors.ts";
import { hasBeenHeard } from "./has_been_heard.ts";
import { decodeJson, encodeJson } from "./json_bytes.ts";
import type { WorkerGroup } from "./worker_group.ts";

/** What workers compare: a value is a word, a number or a digest, not the data itself. */
export type Agreed = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Makes sure that all workers have the same: the model, the batch, the version, the data's hash. All
 * of them call it at the same time, and where something differs it throws on all of them.
 *
 * @param group the workers
 * @param values what this one has, by names that an error can use
 * @throws {ClusterError} where a value differs; it names the value, and what each worker has
 *
 * @example
 * ```ts
 * import { checkAgreement } from "@weight-standardization/tfjs";
 * import assert from "node:assert/strict";
 *
 * const bytes = (values: unknown) => new TextEncoder().encode(JSON.stringify(values));
 * const group = {
 *   rank: 0,
 *   size: 2,
 *   sum: () => [],
 *   abort: () => {},
 *   exchange: (own: Uint8Array) => Promise.resolve([own, bytes({ "batch size": 16 })]),
 * };
 * await checkAgreement(group, { "batch size": 16 });
 * await assert.rejects(checkAgreement(group, { "batch size": 32 }), /batch size.*32 on rank 0/);
 * ```
 */
export async function checkAgreement(group: WorkerGroup, values: Agreed): Promise<void> {
  const told = (await group.exchange(encodeJson(values))).map((bytes) => decodeJson<Agreed>(bytes));
  const names = [...new Set(told.flatMap((each) => Object.keys(each)))].sort();
  const differences = names.flatMap((name) => {
    const ranks = ranksByValue(told.map((each) => each[name]));
    return ranks.size === 1 ? [] : [`${name}: ${describe(ranks)}`];
  });
  if (differences.length === 0) return;
  await hasBeenHeard(group);
  throw new ClusterError(
    `Cannot train together as workers must have the same ${differences.join("; ")}. ` +
      "Start all of them with the same program, options and data",
  );
}

function ranksByValue(values: readonly (Agreed[string] | undefined)[]): Map<string, number[]> {
  const ranks = new Map<string, number[]>();
  const areTexts = values.every((value) => typeof value !== "number");
  for (const [rank, value] of values.entries()) {
    const isPlain = areTexts && typeof value === "string"; // else 1 and "1" would look alike
    const text = isPlain ? value : JSON.stringify(value) ?? "nothing";
    ranks.set(text, [...ranks.get(text) ?? [], rank]);
  }
  return ranks;
}

function describe(ranks: ReadonlyMap<string, readonly number[]>): string {
  return Array.from(ranks, ([value, of]) => `${value} on ${listOf(of)}`).join(", ");
}

/** Of a hundred ranks the first few show enough. */
function listOf(ranks: readonly number[]): string {
  const shown = ranks.slice(0, 4).join(", ");
  const more = ranks.length > 4 ? ` and ${ranks.length - 4} more` : "";
  return `${ranks.length === 1 ? "rank" : "ranks"} ${shown}${more}`;
}
