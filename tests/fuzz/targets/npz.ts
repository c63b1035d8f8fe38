/** Archives of NumPy's arrays: ZIP with lies in it, arrays with lies in them, and changed bytes. */
import * as fc from "fast-check";
import { readNpz } from "../../../src/models/pretrained/npz.ts";
import { complaintOf } from "../complaints.ts";
import { mutated } from "../mutate/bytes.ts";
import { lies, plainZip, wholeLies, zipFile } from "../mutate/zip.ts";
import type { Case, Target } from "../target.ts";
import { arrays, npyFile } from "./npy.ts";
import { digest, second } from "./second.ts";

const names = fc.constantFrom(
  ...[
    "a.npy",
    "b.npy",
    "block1/kernel.npy",
    "c.npy",
    "é.npy",
    "__proto__.npy",
    "a",
    "x/",
    ".npy",
    "",
    "data.pkl",
  ],
);
const valid = npyFile({
  descr: "'<f4'",
  order: "False",
  shape: "(2, 2)",
  data: new Uint8Array(16).fill(63),
});

const content = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ bytes: valid, made: "valid" }) },
  { weight: 1, arbitrary: arrays },
);

const built = fc.tuple(
  fc.array(fc.record({ name: names, content, lies }), { maxLength: 4, minLength: 0 }),
  wholeLies,
).map(([files, whole]): Case => ({
  bytes: zipFile(
    files.map(({ name, content: { bytes }, lies }) => ({ name, content: bytes, lies })),
    whole,
  ),
  made: JSON.stringify([
    files.map(({ content, ...file }) => ({ ...file, content: content.made })),
    whole,
  ]),
}));

export async function start(python: string | undefined): Promise<Target> {
  const seeds = [{ name: "two arrays", bytes: plainZip([["a.npy", valid], ["b/c.npy", valid]]) }];
  return {
    cases: fc.oneof({ weight: 3, arbitrary: built }, { weight: 1, arbitrary: mutated({ seeds }) }),
    read(bytes) {
      const rows = Array.from(
        readNpz(bytes),
        ([name, { dtype, shape, bytes }]) => [name, dtype, shape, digest(bytes)] as const,
      );
      return JSON.stringify(rows.sort(([a], [b]) => a < b ? -1 : Number(a > b)));
    },
    complaint: (error) => complaintOf(error, ["TypeError"]),
    ...await second(python, "npz"),
  };
}
