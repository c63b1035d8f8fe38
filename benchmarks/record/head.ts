/**
 * What every record begins with, whatever program wrote it. The schema is the one definition: the
 * types follow from it.
 *
 * A metric, a loss or a rate that is not finite is stored as `null` and read back as NaN.
 *
 * @module
 */
import * as v from "valibot";

/** The version of the records that this code writes; it reads earlier ones too, see `migrate.ts`. */
export const schemaVersion = 2;

/** Any value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What JavaScript calls where it makes a text or a number of an object. */
const conversions = new Set(["toString", "valueOf", "toJSON"]);

export const json: v.GenericSchema<unknown, Json> = v.lazy(() =>
  v.union([
    v.string(),
    v.number(),
    v.boolean(),
    v.null(),
    v.array(json),
    v.record(
      v.pipe(v.string(), v.check((key) => !conversions.has(key), "a key that JavaScript calls")),
      json,
    ),
  ])
);

/** A whole number from 0. */
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** A number from 0. */
export const positive = v.pipe(v.number(), v.minValue(0));

/** A number that may not be finite. */
export const measured = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? NaN));

export const texts = v.array(v.string());

export const time = v.pipe(v.string(), v.isoTimestamp());

const warning = v.strictObject({
  /** A word for programs, such as `"few-seeds"`. */
  code: v.string(),
  message: v.string(),
  advice: v.string(),
});

export const warnings = v.array(warning);

export const environment = v.strictObject({
  deno: v.string(),
  v8: v.string(),
  typescript: v.exactOptional(v.string()),
  /** Nothing where each of two commits ran its own, as below. */
  tensorflowjs: v.exactOptional(v.string()),
  backend: v.string(),
  /** The version of what computes behind it. */
  backendVersion: v.exactOptional(v.string()),
  os: v.string(),
  arch: v.string(),
  cpu: v.string(),
  /** The processor's vector and matrix instructions, such as `avx, fma, avx2`, or `unknown`. */
  instructionSets: v.exactOptional(v.string()),
  /** Cores that the process may use. */
  cores: count,
  memoryBytes: positive,
  /** How many of them one operation of the backend may use; sums in parts depend on it. */
  threads: v.exactOptional(count),
  /** Of `tensorflow` on processors: whether it computes with oneDNN. */
  oneDnn: v.exactOptional(v.boolean()),
  /** The model of the accelerator used. */
  gpu: v.exactOptional(v.string()),
  commit: v.exactOptional(v.string()),
  /** Whether the checkout had changes that are not committed. */
  dirty: v.exactOptional(v.boolean()),
});

const fields = {
  /** As in `bench:<suite>`, a program's other task behind it; `compare` of `compare()` and of `bench:compare`. */
  suite: v.string(),
  /** The profile, such as `quick`, `proxy` or `paper`. */
  profile: v.string(),
  /** One line on what was measured. */
  title: v.string(),
  /** The profile's values as run. */
  config: v.record(v.string(), json),
  environment,
  /** The command that repeats the run; several, a line each, where runs were merged or resumed. */
  command: v.string(),
  createdAt: time,
  /** Whether all that was asked for was done; absent where each cell says so itself. */
  complete: v.exactOptional(v.boolean()),
  /** What the reader should know about the whole run. */
  warnings,
};

/** The fields that every record has. */
export function headOf<K extends string>(kind: K) {
  return { schemaVersion: v.literal(schemaVersion), kind: v.literal(kind), ...fields };
}

/** The machine and the versions. */
export type Environment = v.InferOutput<typeof environment>;

/** Something that the reader of a record should know, with what to do about it. */
export type Warning = v.InferOutput<typeof warning>;
