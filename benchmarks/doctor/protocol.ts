/**
 * What a subject's process writes on its stdout: a message a line, in JSON. So whatever ends it, what
 * it had found by then is known.
 *
 * @module
 */
import * as v from "valibot";

/** A number that may be infinite: JSON has `null` for it. */
const number = v.pipe(v.nullable(v.number()), v.transform((value) => value ?? Infinity));

export const message = v.variant("kind", [
  v.object({
    kind: v.literal("started"),
    tensorflowjs: v.string(),
    version: v.string(),
    /** What computes: processors, a GPU, an adapter. */
    devices: v.array(v.string()),
    gpu: v.optional(v.string()),
    oneDnn: v.optional(v.boolean()),
    captures: v.boolean(),
    /** NVIDIA's libraries, each with its version. */
    libraries: v.array(v.string()),
  }),
  /** What comes next: that is where it was when it ended. */
  v.object({ kind: v.literal("begin"), what: v.string() }),
  v.object({
    kind: v.literal("golden"),
    name: v.string(),
    difference: v.optional(number),
    whole: v.optional(number),
    at: v.string(),
  }),
  v.object({
    kind: v.literal("step"),
    difference: number,
    at: v.string(),
    lossOfNaN: v.string(),
  }),
  v.object({
    kind: v.literal("times"),
    plainMs: v.number(),
    standardizedMs: v.number(),
    ratio: v.number(),
    pairs: v.number(),
  }),
  v.object({ kind: v.literal("memory"), peakBytes: v.number() }),
  /** An error, other than a crash. */
  v.object({ kind: v.literal("failed"), error: v.string() }),
  v.object({ kind: v.literal("done") }),
]);

/** A message of a subject. */
export type Message = v.InferOutput<typeof message>;

/** A message of a kind. */
export type MessageOf<K extends Message["kind"]> = Extract<Message, { kind: K }>;
