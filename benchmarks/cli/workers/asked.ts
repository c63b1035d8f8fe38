import { kind, type ValueKind } from "../../ground/value_kinds.ts";

/** Words by which a program joins a group that somebody else has made. */
export const groupSources = ["tf-config", "slurm"] as const;

/** The workers of a training: so many, started here; or a group that somebody else has started. */
export type WorkersAsked = number | typeof groupSources[number];

/** More processes than any machine has devices. */
const mostWorkers = 64;

/** What `--workers` takes. */
export const workersKind: ValueKind<WorkersAsked> = kind({
  metavar: "N|tf-config|slurm",
  wanted: `a whole number from 1 to ${mostWorkers}, or ${groupSources.join(" or ")} (the threads ` +
    "that decode images, which it was once, are --loader-threads)",
  parse: (text) => /^\d+$/.test(text) ? Number(text) : text,
  is: (value): value is WorkersAsked =>
    groupSources.some((source) => source === value) ||
    (Number.isSafeInteger(value) && Number(value) >= 1 && Number(value) <= mostWorkers),
});
