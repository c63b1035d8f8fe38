/** Lists of class names: classes.txt, objectInfo150.txt. */
import { join } from "node:path";
import * as fc from "fast-check";
import { readClassNames } from "../../../datasets/masks/class_names.ts";
import { complaintOf } from "../complaints.ts";
import { joined } from "../mutate/bytes.ts";
import { lists } from "../mutate/texts.ts";
import type { Target } from "../target.ts";

const names = ["classes.txt", "objectInfo150.txt"];

export async function start(): Promise<Target> {
  const root = await Deno.makeTempDir({ prefix: "fuzz-classes-" });
  const table = [
    "Idx\tRatio\tTrain\tVal\tStuff\tName",
    "1\t0.1\t11\t1\t1\twall",
    "2\t0.1\t11\t1\t1\tbuilding, edifice",
    "3",
  ];
  const cases = lists({
    lines: ["wall", "sky", "tree, oak", ...table, "Name"],
    seeds: ["wall\nsky\ntree\n", table.join("\n")],
    words: ["\t", "Name"],
  });
  return {
    // Its first byte says which of the files it is.
    cases: fc.tuple(cases, fc.nat(1)).map(([{ bytes, made }, which]) => ({
      bytes: joined([Uint8Array.of(which), bytes]),
      made: `${names[which]}: ${made}`,
    })),
    async read(bytes) {
      for (const name of names) await Deno.remove(join(root, name)).catch(() => {});
      await Deno.writeFile(join(root, names[bytes[0]!]!), bytes.subarray(1));
      return JSON.stringify(await readClassNames(root, undefined, false));
    },
    complaint: (error) => complaintOf(error, ["DataError", "NoClassListError"], root),
  };
}
