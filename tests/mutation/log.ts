/** What is known of mutants so far: JSON lines, which a second run goes on with. */
import { dirname } from "node:path";
import * as v from "valibot";

/** What the lines of a log belong to. */
export interface Head {
  seed: number;
  /** The digest of what is mutated. */
  sources: string;
  /** The file or folder outside of which nothing is mutated, or nothing. */
  only: string;
}

/** A mutant that the type check finds, and that does not count. */
export interface Rejected {
  type: "rejected";
  key: string;
}

/** A test as it runs without a mutant. */
export interface Baseline {
  type: "baseline";
  test: string;
  passed: boolean;
  ms: number;
}

/** A mutant that its tests were run against. */
export interface Outcome {
  type: "outcome";
  key: string;
  file: string;
  line: number;
  operator: string;
  /** The lines that the mutant changes. */
  before: string;
  after: string;
  /** `untested`: no test reaches the file, or only such as fail without the mutant. */
  status: "killed" | "timed out" | "survived" | "untested";
  /** The tests that were run; if one noticed, it is the last. */
  tests: string[];
  ms: number;
}

/** One line of a log. */
export type Entry = Rejected | Baseline | Outcome;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const head: v.GenericSchema<unknown, Head> = v.object({
  seed: v.number(),
  sources: v.string(),
  only: v.string(),
});

const entry: v.GenericSchema<unknown, Entry> = v.variant("type", [
  v.object({ type: v.literal("rejected"), key: v.string() }),
  v.object({ type: v.literal("baseline"), test: v.string(), passed: v.boolean(), ms: count }),
  v.object({
    type: v.literal("outcome"),
    key: v.string(),
    file: v.string(),
    line: count,
    operator: v.string(),
    before: v.string(),
    after: v.string(),
    status: v.picklist(["killed", "timed out", "survived", "untested"]),
    tests: v.array(v.string()),
    ms: count,
  }),
]);

/** A log that is open. */
export interface Log {
  /** What stood in it, oldest first. */
  entries: Entry[];
  /** Adds a line, on disk when this returns. */
  add(entry: Entry): Promise<void>;
}

/**
 * Opens a log, or begins one. A last line that was not written to its end is dropped.
 *
 * @param path the file
 * @param wanted what it must belong to
 * @throws {RangeError} if it belongs to something else, or is no log
 */
export async function openLog(path: string, wanted: Head): Promise<Log> {
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const [first, ...rest] = whole.split("\n").filter((line) => line !== "");
  const line = (value: unknown) => `${JSON.stringify(value)}\n`;
  const write = (text: string, options?: Deno.WriteFileOptions) =>
    Deno.writeTextFile(path, text, options);
  if (first === undefined) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await write(line(wanted));
    return { entries: [], add: (entry) => write(line(entry), { append: true }) };
  }
  const entries = parse(path, first, rest, wanted);
  if (whole.length < text.length) await write(whole);
  return { entries, add: (entry) => write(line(entry), { append: true }) };
}

function parse(path: string, first: string, rest: string[], wanted: Head): Entry[] {
  try {
    const found = v.parse(head, JSON.parse(first));
    const other = (["seed", "sources", "only"] as const).find((name) =>
      found[name] !== wanted[name]
    );
    if (other === undefined) return rest.map((line) => v.parse(entry, JSON.parse(line)));
    throw new RangeError(
      `Cannot go on with ${path} as its ${other} must be ${wanted[other] || "all"}: ` +
        `current value is ${found[other] || "all"}; give another --log, or remove it`,
    );
  } catch (error) {
    if (error instanceof RangeError) throw error;
    throw new RangeError(`Cannot go on with ${path} as it must be a log of mutants`, {
      cause: error,
    });
  }
}
