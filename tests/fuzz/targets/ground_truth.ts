/** Lists of ImageNet's classes, in each of their forms. */
import { join } from "node:path";
import * as fc from "fast-check";
import { readGroundTruth } from "../../../datasets/imagenet/ground_truth.ts";
import { complaintOf } from "../complaints.ts";
import { joined } from "../mutate/bytes.ts";
import { lists } from "../mutate/texts.ts";
import type { Target } from "../target.ts";

const names = [
  "val_labels.txt",
  "LOC_val_solution.csv",
  "imagenet_2012_validation_synset_labels.txt",
  "ILSVRC2012_validation_ground_truth.txt",
  "map_clsloc.txt",
];

export async function start(): Promise<Target> {
  const root = await Deno.makeTempDir({ prefix: "fuzz-truth-" });
  const pairs = ["n01440764 1", "n01751748 490", "n02119789 2"];
  const cases = lists({
    lines: [
      ...pairs,
      "a.JPEG n01440764",
      "ILSVRC2012_val_00000001.JPEG n01751748",
      "n01440764",
      "490",
      "1",
      "2",
      "ImageId,PredictionString",
      "ILSVRC2012_val_00000002,n02119789 1 2 3 4",
    ],
    seeds: [
      "n01440764\nn01751748\n",
      "1\n490\n2\n",
      pairs.join("\n"),
      "ImageId,PredictionString\nILSVRC2012_val_00000002,n02119789 1 2 3 4\n",
    ],
  });
  return {
    cases: fc.tuple(cases, fc.nat(names.length - 1)).map(([{ bytes, made }, which]) => ({
      bytes: joined([Uint8Array.of(which), bytes]),
      made: `${names[which]}: ${made}`,
    })),
    async read(bytes) {
      for (const name of names) await Deno.remove(join(root, name)).catch(() => {});
      const name = names[bytes[0]!]!;
      await Deno.writeFile(join(root, name), bytes.subarray(1));
      if (name === "map_clsloc.txt") await Deno.writeTextFile(join(root, names[3]!), "1\n490\n2\n");
      const classOf = await readGroundTruth([root], root);
      return ["ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG"].map(classOf).join();
    },
    complaint: (error) => complaintOf(error, ["DataError"], root),
  };
}
