/** What a loss of power leaves, and that files which are not whole are told. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Operation } from "./hooks/operations.ts";
import { Disk, type Loss } from "./power/disk.ts";
import { assertWhole } from "./whole.ts";

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** The files after operations on /a, as text. */
function left(loss: Loss, operations: readonly Operation[]): Record<string, string | undefined> {
  const disk = new Disk("/a");
  operations.forEach((operation) => disk.apply(operation));
  return Object.fromEntries([...disk.after(loss, () => 0)].map(([p, bytes]) => [p, text(bytes)]));
}

const open = (file: number, path: string, created: boolean): Operation => ({
  kind: "open",
  file,
  path,
  created,
  truncated: false,
});
const write = (file: number, position: number, content: string): Operation => ({
  kind: "write",
  file,
  position,
  base64: new TextEncoder().encode(content).toBase64(),
});
const sync = (file: number): Operation => ({ kind: "sync", file });
const folder = (file: number): Operation => open(file, "/a", false);

Deno.test("a name is lost until its folder is flushed, though its contents are", () => {
  const replaced = [
    ...[open(0, "/a/x", true), write(0, 0, "old"), sync(0), folder(1), sync(1)],
    ...[open(2, "/a/x.tmp", true), write(2, 0, "new"), sync(2)],
    { kind: "rename", from: "/a/x.tmp", to: "/a/x" } as const,
  ];
  assert.deepEqual(left("nothing", replaced), { x: "old" });
  assert.deepEqual(left("names", replaced), { x: "new" });
  assert.deepEqual(left("nothing", [...replaced, folder(3), sync(3)]), { x: "new" });
});

Deno.test("contents that were not flushed are lost, zeros, or torn", () => {
  const added = [
    ...[open(0, "/a/log", true), write(0, 0, "1\n"), sync(0), folder(1), sync(1)],
    write(0, 2, "22\n4"),
  ];
  assert.deepEqual(left("names", added), { log: "1\n" });
  assert.deepEqual(left("zeros", added), { log: "1\n\0\0\0\0" });
  assert.deepEqual(left("torn", added), { log: "1\n22" });
  assert.deepEqual(left("all", added), { log: "1\n22\n4" });
});

Deno.test("a removed file is back until its folder is flushed", () => {
  const removed = [
    ...[{ kind: "mkdir", path: "/a/b" } as const, folder(0), sync(0)],
    ...[open(1, "/a/b/c", true), open(2, "/a/b", false), sync(2)],
    { kind: "unlink", path: "/a/b/c" } as const,
  ];
  assert.deepEqual(left("nothing", removed), { b: undefined, "b/c": "" });
  assert.deepEqual(left("names", removed), { b: undefined });
});

const safetensors = (length: number) => {
  const header = new TextEncoder().encode(
    '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
  );
  const bytes = new Uint8Array(8 + header.length + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  return bytes;
};

for (
  const [name, good, bad] of [
    ["a.json", "{}\n", "{"],
    ["a.csv", "a,b\n1,2\n", "a,b\n1,2"],
    ["a.csv", "a,b\n1,2\n", "a,b\n1\n"],
    ["a.jsonl", "{}\n", "{}\n{"],
    ["a.html", "<html></html>\n", "<html>"],
    ["a.md", "#", ""],
    ["a.safetensors", safetensors(4), safetensors(3)],
  ] as const
) {
  Deno.test(`assertWhole() tells a damaged ${name}: ${String(bad).slice(0, 12)}`, async () => {
    const out = await Deno.makeTempDir();
    try {
      const put = (content: string | Uint8Array) =>
        Deno.writeFile(
          join(out, name),
          typeof content === "string" ? new TextEncoder().encode(content) : content,
        );
      await put(good);
      await assertWhole(out, { ended: true });
      await put(bad);
      await assert.rejects(
        assertWhole(out, { ended: true }),
        new RegExp(`^Error: ${name} is corr`),
      );
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  });
}

Deno.test("assertWhole() tells what an ended run has left half-made", async () => {
  const out = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(out, "result.json.tmp"), "{");
    await assertWhole(out, { ended: false });
    await assert.rejects(assertWhole(out, { ended: true }), /left by a run that has ended/);
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});
