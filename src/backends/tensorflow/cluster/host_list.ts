/**
 * Slurm's host lists, `gpu-07,n[3,1-2]`, as `scontrol show hostnames` expands them.
 *
 * Source: held against `scontrol` of Slurm itself, `tests/backends/tensorflow/cluster/fixtures`.
 *
 * @module
 */
import { ClusterError } from "../../../training/workers/errors.ts";
import { shown } from "./shown.ts";

/** Slurm's own limit for one range. */
const MOST_IN_A_RANGE = 65536;

/**
 * Expands a host list. The order given is kept, also where ranges stand out of order; a range's
 * first number says how many digits all have. Of several brackets in a name the last one runs
 * fastest, and of those before it the first.
 *
 * @param list what a variable holds
 * @param variable its name, for errors
 * @returns the names, one for each host; a host that stands there twice is there twice
 * @throws {ClusterError} where Slurm would refuse it, and where a bracket is left open
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(expandHostList("gpu-07,n[3,1-2]"), ["gpu-07", "n3", "n1", "n2"]);
 * assert.deepEqual(expandHostList("a[1-2]b[08-09]"), ["a1b08", "a1b09", "a2b08", "a2b09"]);
 * ```
 */
export function expandHostList(list: string, variable = "a host list"): string[] {
  const refuse: Refuse = (why) => {
    throw new ClusterError(
      `Cannot read ${variable} as ${why}: ${shown(list)}. Expected a host list of Slurm, as ` +
        "gpu-07,n[3,1-2]",
    );
  };
  const hosts: string[] = [];
  for (const name of splitOutside(list, refuse)) {
    for (const host of expandName(name, refuse)) hosts.push(host);
    if (hosts.length > MOST_HOSTS) refuse(`it has more than ${MOST_HOSTS} hosts`);
  }
  return hosts;
}

/** Ranges beside each other multiply: a few make more names than memory holds. */
const MOST_HOSTS = 2 ** 20;

/** Throws, with a reason. */
type Refuse = (why: string) => never;

/** The list's parts: commas in brackets are part of a name. Empty parts are passed over. */
function splitOutside(list: string, refuse: Refuse): string[] {
  const parts = list.match(/(?:[^,\s[\]]|\[[^[\]]*\])+/g) ?? [];
  // What no part has taken is a bracket without its other one.
  if (list.replace(/[\s,]+/g, "") !== parts.join("").replace(/[\s,]+/g, "")) {
    refuse("its brackets are not in pairs");
  }
  return parts;
}

function expandName(name: string, refuse: Refuse): string[] {
  // Text and brackets in turn: ["a", "1-2", "b", "3-4", ""].
  const pieces = name.split(/\[([^\]]*)\]/);
  const last = pieces.pop();
  if (pieces.length === 0) return [name];
  if (last !== "") refuse(`a name goes on after its last bracket, with "${last}"`);
  const axes: string[][] = [];
  for (let i = 0; i < pieces.length; i += 2) {
    const numbers = expandRanges(pieces[i + 1] ?? "", refuse);
    axes.push(numbers.map((number) => `${pieces[i]}${number}`));
  }
  const count = axes.reduce((product, { length }) => product * length, 1);
  if (count > MOST_HOSTS) refuse(`it has more than ${MOST_HOSTS} hosts`);
  const fastest = axes.pop() ?? [];
  // Of the others the first runs fastest, as in Slurm's own expansion.
  const heads = axes.reduce<string[]>(
    (before, axis) => axis.flatMap((text) => before.map((head) => head + text)),
    [""],
  );
  return heads.flatMap((head) => fastest.map((tail) => head + tail));
}

/** `"08-10,3"` as `["08", "09", "10", "3"]`. */
function expandRanges(ranges: string, refuse: Refuse): string[] {
  return ranges.split(",").flatMap((range) => {
    const [, first = "", end = first] = /^(\d+)(?:-(\d+))?$/.exec(range) ??
      refuse(`"${range}" is not a number or a range`);
    if (end === first) return [first];
    const low = Number(first), count = Number(end) - low + 1;
    if (!(count >= 1)) refuse(`the range ${range} runs backwards`);
    if (count > MOST_IN_A_RANGE) {
      refuse(`the range ${range} has more than ${MOST_IN_A_RANGE} hosts`);
    }
    return Array.from({ length: count }, (_, i) => `${low + i}`.padStart(first.length, "0"));
  });
}
