/** What a binary must be so that it can work in the memory of TensorFlow.js's backend. */
import assert from "node:assert/strict";

const folder = new URL("../../src/wasm/kernels/", import.meta.url);

/** The numbers of a module's sections, in order. */
function sectionsOf(bytes: Uint8Array): number[] {
  const sections: number[] = [];
  for (let at = 8; at < bytes.length;) {
    sections.push(bytes[at++]!);
    let size = 0, shift = 0;
    do {
      size |= (bytes[at]! & 0x7f) << shift;
      shift += 7;
    } while (bytes[at++]! & 0x80);
    at += size;
  }
  return sections;
}

const START = 8, DATA = 11;

const names = [...Deno.readDirSync(folder)].map(({ name }) => name);

for (const name of names.filter((name) => name.endsWith("_binary.ts"))) {
  Deno.test(`${name} imports a memory and places nothing in it`, async () => {
    const { binary }: { binary: string } = await import(new URL(name, folder).href);
    const bytes = Uint8Array.fromBase64(binary);
    const module = new WebAssembly.Module(bytes);
    const memory = { module: "env", name: "memory", kind: "memory" };
    assert.deepEqual(WebAssembly.Module.imports(module), [memory]);
    const sections = sectionsOf(bytes);
    assert.ok(!sections.includes(DATA) && !sections.includes(START), `sections ${sections}`);
  });
}

Deno.test("sectionsOf() finds a section of data", () => {
  const module = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const data = [DATA, 7, 1, 0, 0x41, 0, 0x0b, 1, 5]; // one byte at 0
  const withMemory = Uint8Array.from([...module, 5, 3, 1, 0, 1, ...data]);
  assert.ok(WebAssembly.validate(withMemory));
  assert.deepEqual(sectionsOf(withMemory), [5, DATA]);
});
