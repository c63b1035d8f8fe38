/** What the command lines of several parts have. @module */

/** `--set key=value` for each. */
export function set(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ["--set", `${key}=${value}`]);
}

/** Each arm's own learning rate. */
export function ratesOf(rates: Readonly<Record<string, number>>): string[] {
  return set(
    Object.fromEntries(Object.entries(rates).map(([arm, rate]) => [`${arm}.learningRate`, rate])),
  );
}

/** Nothing is timed beside others, and each cell computes on one core. */
export const besideOthers = { timingRounds: 0, intraOpThreads: 1, checkpointInterval: "0ba" };

/** A pilot chooses by its last metric: neither weights nor pictures of it are kept. */
export const pilot: readonly string[] = [
  ...["--pilot-share", "0.2", "--seeds", "100,101", "--keep", "none"],
];
