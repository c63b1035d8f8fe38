import assert from "node:assert/strict";
import fc from "fast-check";
import {
  readSafetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from "../../src/models/safetensors.ts";
import { byteLengthOf, decodeFloat32, dtypes } from "../../src/models/safetensors_dtypes.ts";
import { expected, expectedValues, torchFile } from "./fixtures/torch_weights.ts";

/** A file with that header, which need not be JSON, and zeros for data. */
function fileOf(header: unknown, dataLength = 0): Uint8Array {
  const json = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = new TextEncoder().encode(json);
  const file = new Uint8Array(8 + bytes.length + dataLength);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

const pair = { dtype: "F32", shape: [2], data_offsets: [0, 8] };

Deno.test("readSafetensors() reads what PyTorch wrote, when it writes it the bytes are the same", () => {
  for (const name of ["expected", "layers", "resnet", "deeplab_step"]) {
    const file = readSafetensors(torchFile(name));
    assert.equal(file.metadata.get("format"), "pt");
    assert.deepEqual(writeSafetensors(file), torchFile(name));
  }
});

Deno.test("readSafetensors() reads a file when it is part of a larger buffer", () => {
  const bytes = torchFile("layers");
  const larger = new Uint8Array(bytes.length + 7);
  larger.set(bytes, 3);
  const part = larger.subarray(3, 3 + bytes.length);
  assert.deepEqual(readSafetensors(part), readSafetensors(bytes));
  const { dtype, bytes: odd } = readSafetensors(part).tensors.get("line.weight")!;
  assert.equal(decodeFloat32(dtype, odd).length, 4 * 3 * 5);
});

Deno.test("decodeFloat32() rounds as PyTorch does, whatever the type", () => {
  for (const dtype of ["F64", "F16", "BF16", "I64"]) {
    const tensor = expected(`types.${dtype}`);
    assert.equal(tensor.dtype, dtype);
    const values = decodeFloat32(dtype, tensor.bytes);
    assert.deepEqual([...values], [...expectedValues(`types.${dtype}.read`)], dtype);
  }
  assert.throws(() => decodeFloat32("BOOL", new Uint8Array(1)), {
    name: "TypeError",
    message: "Cannot decodeFloat32 as dtype must be one of F32, F64, F16, BF16, I64: " +
      "current value is BOOL",
  });
});

Deno.test("byteLengthOf() takes as many bits as a type's name says", () => {
  for (const dtype of dtypes) {
    const bits = dtype === "BOOL" ? 8 : Number(/\d+/.exec(dtype)?.[0]);
    assert.equal(byteLengthOf(dtype, [2, 4]), bits, dtype);
    assert.equal(byteLengthOf(dtype, [0, 4]), 0, dtype);
  }
  assert.equal(byteLengthOf("F99", [8]), NaN);
});

Deno.test("readSafetensors() gives what writeSafetensors() got, whatever it is", () => {
  const shape = fc.array(fc.nat(3), { maxLength: 3 });
  const wholeBytes = dtypes.filter((dtype) => Number.isInteger(byteLengthOf(dtype, [1])));
  const tensor = fc.tuple(fc.constantFrom(...wholeBytes), shape).chain(([dtype, shape]) => {
    const length = byteLengthOf(dtype, shape);
    return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => ({
      dtype,
      shape,
      bytes,
    }));
  });
  // Without backslashes: V8 15 takes the key "\"" for the key "\\" where it has parsed that before.
  const text = fc.string({ unit: "binary" }).filter((text) => !text.includes("\\"));
  const odd = fc.constantFrom("__proto__", "constructor", "1", '"', "{", "\n");
  const name = fc.oneof(text, odd).filter((name) => name !== "__metadata__");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, tensor)).map((entries) => new Map(entries)),
      fc.array(fc.tuple(text, text)).map((entries) => new Map(entries)),
      (tensors, metadata) => {
        const bytes = writeSafetensors({ tensors, metadata });
        const read = readSafetensors(bytes);
        assert.deepEqual(read.metadata, metadata);
        assert.deepEqual(sorted(read.tensors), sorted(tensors));
        assert.deepEqual(writeSafetensors(read), bytes);
        for (const { dtype, bytes: { byteOffset } } of read.tensors.values()) {
          assert.equal(byteOffset % byteLengthOf(dtype, []), 0, "not aligned");
        }
      },
    ),
  );
});

function sorted(tensors: ReadonlyMap<string, SafetensorsTensor>): unknown {
  return [...tensors].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, { dtype, shape, bytes }]) => [name, dtype, shape, [...bytes]]);
}

Deno.test("readSafetensors() reads metadata that are null, as safetensors does", () => {
  const { tensors, metadata } = readSafetensors(fileOf({ __metadata__: null, a: pair }, 8));
  assert.deepEqual([[...tensors.keys()], metadata.size], [["a"], 0]);
});

Deno.test("readSafetensors() throws when the header is none", () => {
  const wrong: [Uint8Array, RegExp][] = [
    [new Uint8Array(7), /^Cannot read safetensors as bytes must be 8 or more: .* is 7$/],
    [
      fileOf({}).subarray(0, 9),
      /header's length must be <= 1 bytes: current value is 2; the file is cut off, or of another format: it begins/,
    ],
    [
      new Uint8Array(16).fill(255),
      /must be <= 8 bytes: current value is 18446744073709551615; the file is cut off/,
    ],
    [fileOf("{nonsense}"), /header must be JSON: /],
    [fileOf(""), /header must be JSON: /],
    [fileOf("\uFEFF{}"), /header must be JSON: /],
    [fileOf([pair]), /header must be a JSON object: current value is \[\{"dtype":"F32"/],
    [fileOf("null"), /header must be a JSON object: current value is null$/],
    [fileOf({ __metadata__: { a: 1 } }), /__metadata__ must hold texts by name: .* \{"a":1\}$/],
    [fileOf({ __metadata__: "a" }), /__metadata__ must hold texts by name: current value is "a"$/],
  ];
  for (const [bytes, message] of wrong) {
    assert.throws(() => readSafetensors(bytes), { name: "TypeError", message });
  }
  const latin = fileOf("{}");
  latin[8] = 0xe9;
  assert.throws(() => readSafetensors(latin), { name: "TypeError", message: /text in UTF-8$/ });
  assert.throws(() => readSafetensors("file" as unknown as Uint8Array), {
    name: "TypeError",
    message: "Cannot read safetensors as bytes must be a Uint8Array: current value is " +
      "[object String]",
  });
});

Deno.test("readSafetensors() throws when the file has a name twice", () => {
  const text = JSON.stringify(pair);
  for (const name of ["a", "\\u0061", "a\\\\", "a\\u0022:{"]) {
    const header = `{ "${name}": ${text}, "b": ${text}, "${name}" :${text}}`;
    const message = `Cannot read safetensors as names must be unique: ${
      JSON.stringify(JSON.parse(`"${name}"`))
    } occurs twice`;
    assert.throws(() => readSafetensors(fileOf(header, 8)), { name: "TypeError", message });
  }
  assert.throws(() => readSafetensors(fileOf(`{"a":${text},"\\u0061":${text}}`, 8)), /"a" occurs/);
  const field = `{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}`;
  assert.throws(() => readSafetensors(fileOf(field, 8)), /"dtype" occurs twice$/);
  // The same key of two objects, or a text that looks like a key, is no repetition.
  const fine = `{"__metadata__":{"dtype":"dtype","b":"\\"b\\":"},"b":${text}}`;
  assert.equal(readSafetensors(fileOf(fine, 8)).tensors.size, 1);
});

Deno.test("readSafetensors() throws when a tensor is none that the bytes hold", () => {
  const wrong: [unknown, RegExp][] = [
    [3, /tensor "a" must be an object: current value is 3$/],
    [{ ...pair, dtype: "F99" }, /dtype of tensor "a" must be one of BOOL, .* value is "F99"$/],
    [{ ...pair, dtype: undefined }, /dtype of tensor "a" .* current value is undefined$/],
    [{ ...pair, shape: 2 }, /shape of tensor "a" must be integers >= 0: current value is 2$/],
    [{ ...pair, shape: [-2] }, /shape of tensor "a" .* current value is \[-2\]$/],
    [{ ...pair, shape: [1.5] }, /shape of tensor "a" .* current value is \[1\.5\]$/],
    [{ ...pair, data_offsets: [0] }, /data_offsets of tensor "a" must be \[begin, end\]: .*\[0\]$/],
    [{ ...pair, data_offsets: [8, 0] }, /data_offsets of tensor "a" .* \[8,0\]$/],
    [{ ...pair, data_offsets: [0, 8, 8] }, /data_offsets of tensor "a" .* \[0,8,8\]$/],
    [{ ...pair, data_offsets: [-8, 0] }, /data_offsets of tensor "a" .* \[-8,0\]$/],
    [{ ...pair, shape: [3] }, /tensor "a" of F32 \[3\] must take 12 bytes: current value is 8$/],
    [{ ...pair, shape: [2 ** 40, 2 ** 40] }, /must take \d.* bytes: current value is 8$/],
    [{ ...pair, dtype: "F4", shape: [3] }, /"a" of F4 \[3\] must take 1.5 bytes: .* is 8$/],
  ];
  for (const [tensor, message] of wrong) {
    const file = fileOf({ a: tensor }, 8);
    assert.throws(() => readSafetensors(file), { name: "TypeError", message });
  }
});

Deno.test("readSafetensors() throws when tensors overlap, leave gaps, or end elsewhere", () => {
  const at = (...data_offsets: number[]) => ({ ...pair, data_offsets });
  const wrong: [unknown, number, RegExp][] = [
    [{ a: at(0, 8), b: at(4, 12) }, 12, /"b" must begin where .* at byte 8: current value is 4$/],
    [{ a: at(0, 8), b: at(0, 8) }, 8, /"b" must begin where .* at byte 8: current value is 0$/],
    [{ a: at(12, 20), b: at(0, 8) }, 20, /"a" must begin where .* at byte 8: .* is 12$/],
    [
      { a: at(0, 8) },
      7,
      /must end where the file does, at byte 7 after the header: current value is 8; it is cut off: fetch or copy it again$/,
    ],
    [
      { a: at(0, 8) },
      9,
      /must end where the file does, at byte 9 after the header: current value is 8$/,
    ],
    [{}, 1, /must end where the file does, at byte 1 after the header: current value is 0$/],
  ];
  for (const [header, dataLength, message] of wrong) {
    const file = fileOf(header, dataLength);
    assert.throws(() => readSafetensors(file), { name: "TypeError", message });
  }
});

Deno.test("readSafetensors() throws nothing but TypeErrors when a file is damaged", () => {
  const whole = torchFile("layers");
  let refused = 0;
  fc.assert(
    fc.property(fc.nat(1200), fc.integer({ min: 1, max: 255 }), (position, difference) => {
      const damaged = whole.slice();
      damaged[position] = damaged[position]! ^ difference;
      for (const bytes of [damaged, whole.subarray(0, position)]) {
        try {
          readSafetensors(bytes);
        } catch (error) {
          assert.ok(error instanceof TypeError, `${error}`);
          assert.match(error.message, /^Cannot read safetensors as /);
          refused++;
        }
      }
    }),
    { numRuns: 300 },
  );
  assert.ok(refused >= 300, `${refused}: every shortened file must be refused`);
});

Deno.test("writeSafetensors() throws when a tensor is none", () => {
  const write = (name: string, tensor: SafetensorsTensor) =>
    writeSafetensors({ tensors: new Map([[name, tensor]]), metadata: new Map() });
  const bytes = new Uint8Array(8);
  const wrong: [string, SafetensorsTensor, RegExp][] = [
    ["a", { dtype: "F32", shape: [3], bytes }, /"a" of F32 \[3\] must take 12 bytes: .* is 8$/],
    ["a", { dtype: "F99", shape: [2], bytes }, /dtype of tensor "a" of F99 \[2\] must be one of/],
    ["__metadata__", { dtype: "F32", shape: [2], bytes }, /name must not be __metadata__$/],
  ];
  for (const [name, tensor, message] of wrong) {
    assert.throws(() => write(name, tensor), { name: "TypeError", message });
  }
});
