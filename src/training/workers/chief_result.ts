import { decodeJson, encodeJson } from "./json_bytes.ts";
import type { WorkerGroup } from "./worker_group.ts";

/**
 * Numbers that worker 0 computes and tells the others, to the last bit.
 *
 * @param group the workers
 * @param compute computes them; called on worker 0 alone
 * @returns the numbers, on each
 */
export async function fromChief(
  group: WorkerGroup,
  compute: () => Promise<Record<string, number>>,
): Promise<Record<string, number>> {
  const own = group.rank === 0 ? await orGiveUp(group, compute) : {};
  // JSON has no NaN, and no negative zero.
  const texts = Object.entries(own).map(([name, value]) => [name, exact(value)]);
  const [bytes] = await group.exchange(group.rank === 0 ? encodeJson(texts) : new Uint8Array());
  const told = decodeJson<[name: string, value: string][]>(bytes!);
  return Object.fromEntries(told.map(([name, value]) => [name, Number(value)]));
}

/** Lets others not wait for what has failed. */
async function orGiveUp<T>(group: WorkerGroup, compute: () => Promise<T>): Promise<T> {
  try {
    return await compute();
  } catch (error) {
    group.abort(`worker 0 could not evaluate: ${error instanceof Error ? error.message : error}`);
    throw error;
  }
}

function exact(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
