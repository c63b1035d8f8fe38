/** Archives of Keras 3: HDF5 with changed bytes, packed anew with right checksums, and ZIP with lies in it. */
import { join } from "node:path";
import * as fc from "fast-check";
import { kerasArchive } from "../../../src/files/mod.ts";
import { unzip } from "../../../src/zip.ts";
import { kerasPath } from "../../models/fixtures/keras3.ts";
import { complaintOf } from "../complaints.ts";
import { type Field, mutated, type Seed } from "../mutate/bytes.ts";
import { mutatedJson } from "../mutate/json.ts";
import { plainZip } from "../mutate/zip.ts";
import type { Case, Target } from "../target.ts";
import { digest, second } from "./second.ts";

const names = ["metadata.json", "config.json", "model.weights.h5"] as const;

/** The numbers of HDF5's structures: after each of its signatures, and of its superblock. */
function hdf5Fields(bytes: Uint8Array): Field[] {
  const fields: Field[] = [8, 9, 10, 11, 12, 13, 14, 15].map((at) => ({ at, size: 1 }));
  for (let at = 16; at < 96; at += 4) fields.push({ at, size: 4 });
  const text = new TextDecoder("latin1").decode(bytes);
  for (const { index } of text.matchAll(/TREE|HEAP|SNOD|GCOL|FRHP|BTHD|OHDR/g)) {
    for (let at = index + 4; at < Math.min(index + 64, bytes.length - 8); at += 4) {
      fields.push({ at, size: 4 });
    }
  }
  // Object headers of version 1 have no signature: a 1, a 0, and a count of messages.
  for (let at = 96; at + 24 < bytes.length; at += 8) {
    if (bytes[at] === 1 && bytes[at + 1] === 0 && bytes[at + 3] === 0 && bytes[at + 2]! < 20) {
      for (let i = 0; i < 48; i += 2) fields.push({ at: at + i, size: 2 });
    }
  }
  return fields;
}

export async function start(python: string | undefined): Promise<Target> {
  const archive = await Deno.readFile(kerasPath("functional.keras"));
  const parts = unzip(archive);
  const [metadata, config, weights] = names.map((name) => parts.get(name)!);
  const file = join(await Deno.makeTempDir({ prefix: "fuzz-keras-" }), "model.keras");
  const seed: Seed = { name: "weights", bytes: weights!, fields: hdf5Fields(weights!) };
  const words = [
    "TREE",
    "SNOD",
    "HEAP",
    Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  ];
  const packed = mutated({ seeds: [seed], words })
    .map(({ bytes, made }): Case => ({
      bytes: plainZip([[names[0], metadata!], [names[1], config!], [names[2], bytes]]),
      made,
    }));
  const texts = mutatedJson([["metadata", JSON.parse(new TextDecoder().decode(metadata))]])
    .map(({ bytes, made }): Case => ({
      bytes: plainZip([[names[0], bytes], [names[1], config!], [names[2], weights!]]),
      made,
    }));
  return {
    cases: fc.oneof({ weight: 4, arbitrary: packed }, { weight: 1, arbitrary: texts }, {
      weight: 1,
      arbitrary: mutated({ seeds: [{ name: "archive", bytes: archive }] }),
    }),
    async read(bytes) {
      await Deno.writeFile(file, bytes);
      const { weightSpecs, weightData } = await kerasArchive(file).load!();
      let at = 0;
      const rows = weightSpecs!.map(({ name, shape }) => {
        const length = 4 * shape.reduce((product, size) => product * size, 1);
        const row = [
          name,
          shape,
          digest(new Uint8Array(weightData as ArrayBuffer, at, length)),
        ] as const;
        at += length;
        return row;
      });
      rows.sort(([a], [b]) => a < b ? -1 : Number(a > b));
      return `arrays ${JSON.stringify(rows)}`;
    },
    // HDF5's structures have no checksums: the archive's, which have, were made right here.
    isInexact: true,
    complaint: (error) => complaintOf(error, ["TypeError"], file),
    ...await second(python, "keras"),
  };
}
