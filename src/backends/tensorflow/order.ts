/**
 * The order in which the nodes of a captured step run, for the sake of memory. TensorFlow runs
 * whatever is ready and holds the result until it is needed: the products of velocities and momentum,
 * which need nothing, at the step's beginning, and parts of the gradient long before their turn.
 *
 * @module
 */

/** What a node takes, and what it makes. */
export interface OrderedNode {
  /** Positions of the nodes before it whose outputs it takes, or for which it waits already. */
  readonly inputs: readonly number[];
  /** Size of what it computes. */
  readonly bytes: number;
  /** Whether it waits for other processes. */
  readonly waitsForOthers?: boolean;
}

/** From this size on, a node's outputs count. */
const LARGE_BYTES = 2 ** 20;

/**
 * How many large nodes may run ahead of their turn. Fewer save no memory worth the name, and keep
 * processors waiting.
 */
const AHEAD = 6;

/**
 * Which nodes should wait for which others: a large one for the sixth large one before it in the
 * order of recording, unless it takes the outputs of that or a later one anyway. Small steps have none.
 *
 * Large sums over processes, and what is computed of them, take no part. A sum is to leave as soon as
 * its gradient is there, and the weights that have theirs need not wait for those whose sums are still
 * under way: they are recorded in another order.
 *
 * @param nodes in the order of recording
 * @param outputs positions of the nodes whose outputs are wanted; those that they do not need take
 *   no part, as waiting for one would make it run
 * @returns pairs of positions, the one that waits first
 */
export function waitsOf(
  nodes: readonly OrderedNode[],
  outputs: readonly number[],
): [waiting: number, after: number][] {
  const isNeeded = neededBy(nodes, outputs), isSummed = summed(nodes);
  const large = [...nodes.keys()].filter((at) =>
    isNeeded.has(at) && nodes[at]!.bytes >= LARGE_BYTES && !isSummed[at]
  );
  return large.slice(AHEAD).flatMap((at, i): [number, number][] => {
    const after = large[i] as number; // AHEAD before it
    const follows = nodes[at]!.inputs.some((input) =>
      input >= after && nodes[input]!.bytes >= LARGE_BYTES
    );
    return follows ? [] : [[at, after]];
  });
}

/** Whether each node is a large sum over processes, or computed of one. */
function summed(nodes: readonly OrderedNode[]): boolean[] {
  const found: boolean[] = [];
  for (const { inputs, bytes, waitsForOthers = false } of nodes) {
    const isLargeSum = waitsForOthers && bytes >= LARGE_BYTES;
    found.push(isLargeSum || inputs.some((input) => found[input]));
  }
  return found;
}

function neededBy(nodes: readonly OrderedNode[], outputs: readonly number[]): Set<number> {
  const found = new Set<number>(), open = [...outputs];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (found.has(at)) continue;
    found.add(at);
    open.push(...nodes[at]!.inputs);
  }
  return found;
}
