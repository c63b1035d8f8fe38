import assert from "node:assert/strict";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { tarEntries, type TarEntry, type TarRange } from "../../../datasets/archives/tar.ts";
import { put, withFolder } from "../files.ts";
import { archiveFixture } from "../fixtures/archives.ts";
import { type PackedEntry, packTar } from "./pack.ts";

/** Lists an archive of these bytes. */
async function list(dir: string, bytes: Uint8Array, range?: TarRange): Promise<TarEntry[]> {
  await put(dir, "a.tar", bytes);
  return await Array.fromAsync(tarEntries(join(dir, "a.tar"), range));
}

async function rejects(dir: string, bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(list(dir, bytes), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.match(error.message, /a\.tar/);
    assert.match(error.message, message);
    return true;
  });
}

const three = await packTar(
  ["a/1.jpg", "one"],
  [{ name: "b", type: "directory" }],
  ["b/2.jpg", "x".repeat(700)],
);

for (const [format, { file, entries }] of Object.entries(archiveFixture.tars)) {
  Deno.test(`tarEntries() lists what Python lists in an archive of format ${format}`, () =>
    withFolder(async (dir) => {
      const bytes = Uint8Array.fromBase64(file);
      const found = await list(dir, bytes);
      assert.deepEqual(found, entries);
      const last = found.at(-1) as TarEntry;
      const contents = bytes.subarray(last.offset, last.offset + last.length);
      assert.equal(new TextDecoder().decode(contents), "last");
    }));
}

Deno.test("tarEntries() gives offsets and lengths at which the contents are, whatever their sizes", () =>
  withFolder(async (dir) => {
    const sizes = fc.array(fc.nat({ max: 40_000 }), { maxLength: 12 });
    const name = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 200 }).map((text) =>
      `c/${text.replaceAll(/[\n/]/g, "_")}é.jpg`
    );
    await fc.assert(
      fc.asyncProperty(sizes, name, async (lengths, stem) => {
        const files = lengths.map((length, i) =>
          [`${i}${stem}`, new Uint8Array(length).fill(i + 1)] as [string, Uint8Array]
        );
        const bytes = await packTar(...files);
        const found = await list(dir, bytes);
        assert.deepEqual(found.map(({ path }) => path), files.map(([path]) => path));
        found.forEach(({ offset, length, kind }, i) => {
          assert.equal(kind, "file");
          assert.deepEqual(bytes.slice(offset, offset + length), files[i]?.[1]);
        });
      }),
      { numRuns: 25 },
    );
  }));

Deno.test("tarEntries() reads names with newlines, in records too", () =>
  withFolder(async (dir) => {
    const names = ["n01/a\nb.jpg", `n01/${"é\n".repeat(60)}.jpg`, "n01/25 path=c.jpg"];
    const bytes = await packTar(...names.map((name): PackedEntry => [name, "x"]));
    assert.deepEqual((await list(dir, bytes)).map(({ path }) => path), names);
  }));

Deno.test("tarEntries() gives a sparse file its own name, and says that it is no plain file", () =>
  withFolder(async (dir) => {
    const pax = { "GNU.sparse.major": "1", "GNU.sparse.name": "n01/a.jpg" };
    const name = "n01/GNUSparseFile.7/a.jpg";
    const [entry] = await list(dir, await packTar([{ name, pax }, "0\n"]));
    assert.deepEqual([entry?.path, entry?.kind], ["n01/a.jpg", "other"]);
  }));

Deno.test("tarEntries() lists an archive inside another, counting from the start of the outer one", () =>
  withFolder(async (dir) => {
    const outer = await packTar(["first", "1"], ["inner.tar", three]);
    const inner = (await list(dir, outer))[1] as TarEntry;
    const found = await list(dir, outer, inner);
    assert.deepEqual(found.map(({ path }) => path), ["a/1.jpg", "b", "b/2.jpg"]);
    assert.equal(
      new TextDecoder().decode(outer.subarray(found[0]?.offset, 3 + (found[0]?.offset ?? 0))),
      "one",
    );
  }));

Deno.test("tarEntries() throws DataError when an archive inside another is empty", () =>
  withFolder(async (dir) => {
    const outer = await packTar(["first", "1"], ["inner.tar", ""]);
    const inner = (await list(dir, outer))[1] as TarEntry;
    assert.equal(inner.length, 0);
    await assert.rejects(list(dir, outer, inner), {
      name: "DataError",
      message: /the archive inside it at byte 1536\) as there is no tar header at byte 1536/,
    });
  }));

Deno.test("tarEntries() reads sizes over 8 GB, and reads none of the contents", () =>
  withFolder(async (dir) => {
    const huge = 9_000_000_000;
    const small = await packTar(["1.jpg", "one"]);
    const header = (await packTar([{ name: "2.bin", size: 0 }])).slice(0, 512);
    setSize(header, huge);
    const file = join(dir, "a.tar");
    await Deno.writeFile(file, small.subarray(0, 1024));
    await Deno.writeFile(file, header, { append: true });
    // What is not written takes no place on the disk.
    await Deno.truncate(file, 1024 + 512 + Math.ceil(huge / 512) * 512);
    await Deno.writeFile(file, small, { append: true });
    const found = await Array.fromAsync(tarEntries(file));
    assert.deepEqual(found.map(({ path, length }) => [path, length]), [
      ["1.jpg", 3],
      ["2.bin", huge],
      ["1.jpg", 3],
    ]);
    assert.equal(found[2]?.offset, 1024 + 512 + Math.ceil(huge / 512) * 512 + 512);
  }));

/** Writes a size in base 256, and the checksum anew. */
function setSize(header: Uint8Array, size: number): void {
  header.fill(0, 124, 136);
  header[124] = 0x80;
  new DataView(header.buffer, header.byteOffset).setBigUint64(128, BigInt(size));
  header.fill(32, 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
}

Deno.test("tarEntries() throws DataError when the archive is cut off anywhere", () =>
  withFolder(async (dir) => {
    const end = three.findLastIndex((byte) => byte !== 0) + 1;
    for (const length of [513, 1000, 1024, 1025, 1536, 2048, 2500, end]) {
      await rejects(dir, three.subarray(0, length), /cut off at byte \d+, before the end of/);
    }
    await rejects(dir, three.subarray(0, 100), /no tar header at byte 0/);
    await rejects(dir, new Uint8Array(0), /no tar header at byte 0/);
  }));

Deno.test("tarEntries() throws DataError when the file is not a tar, damaged, or claims a record without end", () =>
  withFolder(async (dir) => {
    await rejects(dir, new TextEncoder().encode("<html>".repeat(200)), /no tar header at byte 0/);
    const broken = three.slice();
    broken[1024 + 3] = 1;
    await rejects(dir, broken, /no tar header at byte 1024: it is not a tar, or damaged/);
    for (
      const text of [
        "x path=a\n",
        "0 path=a\n",
        "-9 path=a\n",
        "99 path=a\n",
        "9 path=ab",
        "9 size=-\n",
      ]
    ) {
      const bytes = (await packTar(["x", text])).slice();
      bytes[156] = "x".charCodeAt(0);
      setSize(bytes.subarray(0, 512), text.length);
      await rejects(dir, bytes, /no tar header at byte/);
    }
    const record = new Uint8Array(2 ** 22);
    record.set((await packTar(["x"])).subarray(0, 512));
    record[156] = "x".charCodeAt(0);
    setSize(record.subarray(0, 512), 2 ** 21);
    await rejects(dir, record, /no tar header/);
  }));

Deno.test("tarEntries() throws DataError that says to decompress when the archive is compressed", () =>
  withFolder(async (dir) => {
    await rejects(dir, gzipSync(three), /it is compressed.*decompress it first \(gunzip/);
    const large = gzipSync(crypto.getRandomValues(new Uint8Array(2000)));
    await rejects(dir, large, /it is compressed/);
    for (const magic of ["1f8b08000000", "425a68393141", "fd377a585a00", "28b52ffd0458"]) {
      await rejects(dir, Uint8Array.fromHex(magic), /it is compressed/); // cut off after it
      await rejects(dir, Uint8Array.fromHex(`00${magic}`), /no tar header/);
    }
  }));

Deno.test("tarEntries() throws DataError when archives are joined, as the second would be left out", () =>
  withFolder(async (dir) => {
    const joined = new Uint8Array([...three, ...three]);
    await rejects(dir, joined, /end mark is followed by more data at byte/);
    const padded = new Uint8Array([...three, ...new Uint8Array(20_000)]);
    assert.equal((await list(dir, padded)).length, 3);
  }));

Deno.test("tarEntries() throws DataError when more zeros follow than padding has", () =>
  withFolder(async (dir) => {
    // GNU tar's records of 2,048 blocks: all of the file is one.
    const end = three.findLastIndex((byte) => byte !== 0) + 1;
    const record = new Uint8Array(2 ** 20);
    record.set(three.subarray(0, end));
    assert.equal((await list(dir, record)).length, 3);
    // A download that allotted the file first and was interrupted, at the end of an entry or in one.
    for (const cut of [1024, 2048 + 512 + 300]) {
      const file = new Uint8Array(3 * 2 ** 20);
      file.set(three.subarray(0, cut));
      await rejects(dir, file, /only zeros from byte \d+ on for more than 1048576 bytes/);
    }
    const inner = new Uint8Array(2 ** 21);
    inner.set(three.subarray(0, end));
    await put(dir, "a.tar", await packTar(["n01.tar", inner]));
    const [entry] = await Array.fromAsync(tarEntries(join(dir, "a.tar")));
    await assert.rejects(Array.fromAsync(tarEntries(join(dir, "a.tar"), entry)), {
      message: /a\.tar \(the archive inside it at byte 512\) as it has only zeros/,
    });
  }));

for (const [format, file] of Object.entries(archiveFixture.oddNames)) {
  Deno.test(`tarEntries() marks names that are not UTF-8 in an archive of format ${format}`, () =>
    withFolder(async (dir) => {
      const found = await list(dir, Uint8Array.fromBase64(file));
      const odd = found.map(({ isOdd }) => isOdd === true);
      assert.deepEqual(odd.slice(0, 3), [true, true, false]);
      assert.ok(odd.slice(3).every((isOdd) => isOdd));
      assert.equal(found.length, format === "ustar" ? 3 : 4);
      // The two classes could not be told apart.
      assert.equal(found[0]?.path, found[1]?.path);
      assert.equal(found[2]?.path, "caf\ufffd/2.jpg");
    }));
}

Deno.test("tarEntries() throws DataError when the file is missing or a folder", () =>
  withFolder(async (dir) => {
    for (const path of [join(dir, "none.tar"), dir]) {
      await assert.rejects(Array.fromAsync(tarEntries(path)), { name: "DataError" });
    }
  }));

/** The archive with another type in its first header, whose checksum is right. */
function withType(bytes: Uint8Array, type: string): Uint8Array {
  const copy = bytes.slice();
  const header = copy.subarray(0, 512);
  header[156] = type.charCodeAt(0);
  header.fill(0x20, 148, 156);
  const sum = header.reduce((sum, byte) => sum + byte, 0);
  header.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return copy;
}

Deno.test("tarEntries() takes no contents for a link's, whatever size it claims, as tarfile does", () =>
  withFolder(async (dir) => {
    // A hard link with the size of what it stands for: the next header follows at once.
    const [first, second] = [await packTar(["a.jpg", ""]), await packTar(["b.jpg", "two"])];
    const header = first.slice(0, 512);
    header.set(new TextEncoder().encode("00000001000\0"), 124);
    const linked = withType(new Uint8Array([...header, ...second]), "1");
    const found = await list(dir, linked);
    assert.deepEqual(found.map(({ path, length, offset }) => [path, length, offset]), [
      ["a.jpg", 0, 512],
      ["b.jpg", 3, 1024],
    ]);
  }));

Deno.test("tarEntries() reads no path of an entry of type N, and refuses one path for all", () =>
  withFolder(async (dir) => {
    const record = "18 path=other.jpg\n";
    const archive = await packTar(["a.jpg", record], ["b.jpg", "two"]);
    const old = await list(dir, withType(archive, "N"));
    assert.deepEqual(old.map(({ path, kind }) => [path, kind]), [["a.jpg", "other"], [
      "b.jpg",
      "file",
    ]]);
    await rejects(dir, withType(archive, "g"), /gives all entries after it one path or size/);
  }));
