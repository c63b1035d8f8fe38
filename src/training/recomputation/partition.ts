import type { LayerCall, LayerCalls } from "./layer_calls.ts";

/** A part of a model's calls, one after the other. */
export interface Block {
  /** Its calls. */
  calls: readonly LayerCall[];
  /** Ids of the tensors that it takes from outside. */
  inputs: readonly number[];
  /** Ids of the tensors that are needed after it. */
  outputs: readonly number[];
}

/** How many limits for a block's size are tried, from the smallest to all in one. */
const LIMITS = 48;

/**
 * Cuts a model into blocks so that little is kept: the tensors that cross from one block to another
 * stay until the gradient, those inside of a block are there while it is differentiated. Of all ways
 * to cut, the one whose kept bytes and largest block are smallest together; every one of them
 * computes each block once more, so that none is faster.
 *
 * Where a tensor from before a block is used in it more than once, and again after it, nothing is
 * cut: its gradients would be added in another order.
 *
 * @param model the model's calls
 * @param bytesOf the size of a tensor
 * @returns the blocks, in order
 */
export function blocksOf(model: LayerCalls, bytesOf: (id: number) => number): Block[] {
  const costs = costsOf(model, bytesOf);
  const whole = costs.between(0, model.calls.length).inside;
  let best: { total: number; ends: number[] } = { total: Infinity, ends: [model.calls.length] };
  for (let i = 0; i < LIMITS; i++) {
    const ends = fewestBytes(costs, whole * 0.9 ** i);
    if (ends === undefined) break;
    const starts = [0, ...ends];
    const parts = ends.map((end, part) => costs.between(starts[part]!, end));
    const total = Math.max(...parts.map(({ inside }) => inside)) +
      parts.reduce((sum, { kept }) => sum + kept, 0);
    if (total < best.total) best = { total, ends };
  }
  const { length } = best.ends;
  return Array.from({ length }, (_, i) => blockOf(model, best.ends[i - 1] ?? 0, best.ends[i]!));
}

/** What a part of the calls keeps for others, and has for itself. */
interface Cost {
  kept: number;
  inside: number;
}

interface Costs {
  length: number;
  between(start: number, end: number): Cost;
}

/** Which call makes a tensor, -1 for a weight or an input, and which use it. */
interface Uses {
  made: number;
  calls: number[];
  bytes: number;
}

function costsOf(model: LayerCalls, bytesOf: (id: number) => number): Costs {
  const { length } = model.calls;
  const uses = usesOf(model, bytesOf);
  const made = Array.from({ length }, () => [] as Uses[]);
  // Two gradients have the same sum in either order.
  const several = uses.filter(({ calls }) => calls.length > 2);
  for (const use of uses) made[use.made]?.push(use);
  const rows = Array.from({ length }, (_, start) => row(start));
  return { length, between: (start, end) => rows[start]![end - start - 1]! };

  function row(start: number): Cost[] {
    const forbidden = several.map((use) => forbiddenFrom(use, start));
    let inside = 0;
    const there: Uses[] = [];
    return Array.from({ length: length - start }, (_, i) => {
      const end = start + i + 1;
      for (const use of made[end - 1]!) {
        there.push(use);
        inside += use.bytes;
      }
      const isForbidden = forbidden.some(([from, to]) => end >= from && end < to);
      const kept = there.reduce((sum, use) => sum + (lastOf(use) >= end ? use.bytes : 0), 0);
      return isForbidden ? { kept: Infinity, inside } : { kept, inside: inside - kept };
    });
  }
}

/** Ends, from and up to which a block from `start` on would add gradients in another order. */
function forbiddenFrom({ made, calls }: Uses, start: number): [number, number] {
  if (made >= start) return [Infinity, Infinity];
  const [, second = Infinity] = calls.filter((call) => call >= start);
  return [second + 1, lastOf({ calls }) + 1];
}

function lastOf({ calls }: Pick<Uses, "calls">): number {
  return calls.at(-1) ?? -1;
}

function usesOf(model: LayerCalls, bytesOf: (id: number) => number): Uses[] {
  const uses = new Map<unknown, Uses>();
  const useOf = (key: unknown, made: number, bytes: number) => {
    if (!uses.has(key)) uses.set(key, { made, calls: [], bytes });
    return uses.get(key)!;
  };
  model.calls.forEach(({ layer, inputs, outputs }, call) => {
    for (const id of inputs) useOf(id, -1, 0).calls.push(call);
    // Frozen ones too: a plan is used again when they are trained.
    for (const weight of layer.weights) useOf(weight, -1, 0).calls.push(call);
    for (const id of outputs) useOf(id, call, bytesOf(id));
  });
  for (const id of model.outputs) uses.get(id)?.calls.push(model.calls.length);
  return [...uses.values()];
}

/** Where blocks of at most `limit` bytes end, so that the least is kept. */
function fewestBytes({ length, between }: Costs, limit: number): number[] | undefined {
  const least = [0], from = [0];
  for (let end = 1; end <= length; end++) {
    least[end] = Infinity;
    for (let start = 0; start < end; start++) {
      const { kept, inside } = between(start, end);
      if (inside > limit || least[start]! + kept >= least[end]!) continue;
      least[end] = least[start]! + kept;
      from[end] = start;
    }
  }
  if (least[length] === Infinity) return undefined;
  const ends: number[] = [];
  for (let end = length; end > 0; end = from[end]!) ends.unshift(end);
  return ends;
}

function blockOf({ calls, outputs }: LayerCalls, start: number, end: number): Block {
  const own = calls.slice(start, end);
  const made = own.flatMap((call) => call.outputs);
  const taken = own.flatMap((call) => call.inputs);
  const later = new Set([...calls.slice(end).flatMap((call) => call.inputs), ...outputs]);
  return {
    calls: own,
    inputs: [...new Set(taken)].filter((id) => !made.includes(id)),
    outputs: made.filter((id) => later.has(id)),
  };
}
