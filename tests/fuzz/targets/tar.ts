/** Tar archives: built with lies in their headers, whose checksums are right, and changed bytes. */
import * as fc from "fast-check";
import { join } from "node:path";
import { tarEntries } from "../../../datasets/archives/tar.ts";
import { archiveFixture } from "../../datasets/fixtures/archives.ts";
import { complaintOf } from "../complaints.ts";
import { joined, mutated, ofBase64, type Seed } from "../mutate/bytes.ts";
import type { Case, Target } from "../target.ts";
import { second } from "./second.ts";

const block = 512;

/** Makes the checksum of each block right that could be a header: one whose checksum field is octal. */
function repaired(bytes: Uint8Array): Uint8Array {
  for (let at = 0; at + block <= bytes.length; at += block) {
    const header = bytes.subarray(at, at + block);
    if (header[257] === 0x75 || header[0]! > 0x2f) {
      if (header.some((byte) => byte !== 0)) sign(header);
    }
  }
  return bytes;
}

function sign(header: Uint8Array): void {
  if (!/^[0-7 \0]{6,8}$/.test(String.fromCharCode(...header.subarray(148, 156)))) return;
  header.fill(0x20, 148, 156);
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
}

/** Numbers as headers have them: octal, base-256, and such as are none. */
const sizeTexts = fc.constantFrom(
  ...[
    "77777777777",
    "00000001000",
    "00000000001",
    "-0000000001",
    "99999999999",
    "           ",
    "0x10       ",
  ],
  ...[
    "\x80\0\0\0\0\0\0\0\0\0\x02\0",
    "\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff",
    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
  ],
  ...["\x80\0\0\0\0\x1f\xff\xff\xff\xff\xff\xff", "12345", ""],
);

const names = fc.constantFrom(
  ...[
    "n01440764/a.JPEG",
    "a.jpg",
    "train/n1/b.jpeg",
    "../x.jpg",
    "/abs.jpg",
    "./",
    "",
    "é/ü.png",
    "caf\xe9.jpg",
  ],
  ...["x".repeat(100), "a/./b//c.jpg", "n1.tar", ".hidden/a.jpg", "nul\0.jpg"],
);

const entries = fc.record({
  name: names,
  prefix: fc.oneof({ weight: 6, arbitrary: fc.constant("") }, {
    weight: 1,
    arbitrary: fc.constantFrom("pre", "p".repeat(155)),
  }),
  type: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("0", "0", "\0", "5") },
    { weight: 3, arbitrary: fc.constantFrom("x", "L", "K", "g") },
    {
      weight: 2,
      arbitrary: fc.constantFrom("1", "2", "3", "7", "S", "X", "D", "A", "M", "V", "N", "\xff"),
    },
  ),
  content: fc.oneof(
    { weight: 4, arbitrary: fc.nat(700).map((length) => new Uint8Array(length).fill(0x61)) },
    {
      weight: 3,
      arbitrary: fc.constantFrom(
        ...[
          "12 path=a\nb\n",
          "20 path=other.jpg\n  ",
          "18 path=other.jpg\n",
          "16 size=1000000\n",
          "12 size=-1\n",
        ],
        ...[
          "13 size=1e3\n",
          "99 path=a\n",
          "0 path=a\n",
          "path=a\n",
          "11 path=\xff\xfe\n",
          "22 GNU.sparse.major=1\n",
        ],
        ...[
          "27 GNU.sparse.name=hole.jpg\n",
          "a-long-name/of-a-picture.jpg\0",
          "\0",
          "9999999999 path=a\n",
        ],
        ...[
          "10 mtime=\n",
          "14 path==b=c\n\n",
          "30 mtime=99999999999999999999\n",
          "8 size=\n",
          "10 uid=x1\n",
        ],
      ).map((text) => Uint8Array.from(text, (char) => char.charCodeAt(0))),
    },
  ),
  size: fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, {
    weight: 1,
    arbitrary: sizeTexts,
  }),
  format: fc.constantFrom("ustar\x0000", "ustar\x0000", "ustar  \0"),
  signed: fc.nat(19).map((n) => n > 0),
});

const built = fc.record({
  entries: fc.array(entries, { minLength: 1, maxLength: 6 }),
  end: fc.constantFrom(1024, 1024, 1024, 1024, 512, 0, 100, 10240, 2048, 1025),
  after: fc.constantFrom(0, 0, 0, 0, 1, 512),
}).map(({ entries, end, after }): Case => {
  const parts = entries.map(({ name, prefix, type, content, size, format, signed }) => {
    const header = new Uint8Array(block);
    const put = (text: string, at: number, most: number) =>
      header.set(Uint8Array.from(text.slice(0, most), (char) => char.charCodeAt(0)), at);
    put(name, 0, 100);
    put("0000644\0", 100, 8);
    put("0000000\0", 108, 8);
    put("0000000\0", 116, 8);
    put(size ?? `${content.length.toString(8).padStart(11, "0")}\0`, 124, 12);
    put("00000000000\0", 136, 12);
    put("        ", 148, 8);
    put(type, 156, 1);
    put(format, 257, 8);
    put(prefix, 345, 155);
    if (signed) sign(header);
    return joined([header, content, new Uint8Array((block - content.length % block) % block)]);
  });
  const tail = new Uint8Array(after).fill(1);
  return {
    bytes: joined([...parts, new Uint8Array(end), tail]),
    made: JSON.stringify({
      entries: entries.map(({ content, ...entry }) => ({
        ...entry,
        content: new TextDecoder("latin1").decode(content.subarray(0, 40)),
        length: content.length,
      })),
      end,
      after,
    }),
  };
});

function seeds(): Seed[] {
  const files = [
    ...Object.entries(archiveFixture.tars).map((
      [name, { file }],
    ): [string, string] => [name, file]),
    ...Object.entries(archiveFixture.oddNames),
  ];
  const numbers = [100, 108, 116, 124, 136, 148].map((at) => ({ at, size: 8 as const }));
  const places = [156, 257, 263].map((at) => ({ at, size: 1 as const }));
  return files.map(([name, file]) => ({
    name,
    bytes: ofBase64(file),
    fields: [...numbers, ...places],
  }));
}

export async function start(python: string | undefined): Promise<Target> {
  const folder = await Deno.makeTempDir({ prefix: "fuzz-tar-" });
  const file = join(folder, "set.tar");
  const words = ["12 path=a\nb\n", "77777777777\0", "ustar\x0000", new Uint8Array(512), "L", "x"];
  return {
    cases: fc.oneof({ weight: 2, arbitrary: built }, {
      weight: 1,
      arbitrary: mutated({ seeds: seeds(), words, repair: repaired }),
    }),
    async read(bytes) {
      await Deno.writeFile(file, bytes);
      const rows: [string, number, number][] = [];
      for await (const { path, offset, length, kind } of tarEntries(file)) {
        // A file whose name ends so is a folder of old archives.
        if (kind === "file" && !path.endsWith("/")) rows.push([path, offset, length]);
      }
      return JSON.stringify(rows);
    },
    complaint: (error) => complaintOf(error, ["DataError"], file),
    ...await second(python, "tar"),
  };
}
