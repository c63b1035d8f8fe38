/** What the command lines of several parts have. @module */

/** `--set key=value` for each. */
export function set(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
}

/** Arms that a pilot knows by the same names. */
export function same(arms: readonly string[]): Record<string, string> {
  return Object.fromEntries(arms.map((arm) => [arm, arm]));
}

/** Nothing is timed beside others, and each cell computes on one core. */
export const besideOthers = { timingRounds: 0, intraOpThreads: 1, checkpointInterval: "0ba" };

/** A pilot chooses by its last metric: neither weights nor pictures of it are kept. */
export const pilot: readonly string[] = [
  ...["--pilot-share", "0.2", "--seeds", "100,101", "--keep", "none"],
];
