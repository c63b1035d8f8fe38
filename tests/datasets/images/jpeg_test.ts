import assert from "node:assert/strict";
import { decodeImage } from "../../../datasets/images/image.ts";
import { decodeJpeg, encodeJpeg } from "../../../datasets/images/jpeg.ts";
import { maxPixels } from "../../../datasets/images/limits.ts";
import { bytesOf, fixture, largestDifference } from "../fixtures/pil.ts";

const whole = bytesOf(fixture.jpeg["420"].file);

async function rejects(bytes: Uint8Array, message: RegExp): Promise<void> {
  await assert.rejects(decodeJpeg(bytes, "set/a.jpg"), (error: Error) => {
    assert.equal(error.name, "DataError");
    assert.match(error.message, /set\/a\.jpg/);
    assert.match(error.message, message);
    return true;
  });
}

/** Where the frame header's height stands. */
function heightOffset(bytes: Uint8Array): number {
  const at = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0);
  return at + 5;
}

for (const [form, wanted] of Object.entries(fixture.jpeg)) {
  Deno.test(`decodeJpeg() gives Pillow's pixels of a JPEG that is ${form}`, async () => {
    const image = await decodeJpeg(bytesOf(wanted.file), "a.jpg");
    assert.deepEqual([image.width, image.height], [wanted.width, wanted.height]);
    assert.equal(largestDifference(image.data, bytesOf(wanted.pixels)), 0);
  });
}

Deno.test("decodeJpeg() reads a view into a larger buffer", async () => {
  const larger = new Uint8Array(whole.length + 200).fill(7);
  larger.set(whole, 100);
  const image = await decodeJpeg(larger.subarray(100, 100 + whole.length), "a.jpg");
  assert.equal(largestDifference(image.data, bytesOf(fixture.jpeg["420"].pixels)), 0);
});

Deno.test("decodeJpeg() throws DataError when the file is cut off anywhere", async () => {
  for (const length of [0, 1, 2, 3, 10, 25, 200, 600]) {
    assert.ok(length < whole.length);
    await rejects(whole.subarray(0, length), /no JPEG frame header|cut off/);
  }
  for (const missing of [1, 2, 100]) {
    await rejects(whole.subarray(0, whole.length - missing), /cut off: there is no end-of-image/);
  }
});

Deno.test("decodeJpeg() throws DataError when data is missing before the end marker", async () => {
  const short = new Uint8Array([...whole.subarray(0, whole.length - 300), 0xff, 0xd9]);
  await rejects(short, /premature end/i);
});

Deno.test("decodeJpeg() throws DataError when tables are missing, again and again, and goes on", async () => {
  const broken = whole.slice();
  // The quantization tables' marker becomes a comment's.
  broken.forEach((byte, i) => {
    if (byte === 0xff && whole[i + 1] === 0xdb) broken[i + 1] = 0xfe;
  });
  // One instance of the codec survives less than a hundred such failures.
  for (let i = 0; i < 120; i++) await rejects(broken, /[Qq]uantization table/);
  const image = await decodeJpeg(whole, "b.jpg");
  assert.equal(largestDifference(image.data, bytesOf(fixture.jpeg["420"].pixels)), 0);
});

Deno.test("decodeJpeg() throws DataError when the file is garbage", async () => {
  await rejects(new Uint8Array(1000).fill(0xff), /no JPEG frame header/);
  await rejects(new TextEncoder().encode("<html>404</html>"), /no JPEG frame header/);
  await rejects(new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0]), /no JPEG frame header/);
});

Deno.test("decodeJpeg() throws DataError before decoding when the header claims too many pixels", async () => {
  const huge = whole.slice();
  huge.fill(0xff, heightOffset(huge), heightOffset(huge) + 4);
  await rejects(huge, new RegExp(`65535×65535 pixels, and between 1 and ${maxPixels}`));
  const flat = whole.slice();
  flat.fill(0, heightOffset(flat), heightOffset(flat) + 2);
  await rejects(flat, /47×0 pixels/);
});

Deno.test("decodeJpeg() throws DataError when the file has 2 components or 12 bits", async () => {
  const [two, deep] = [whole.slice(), whole.slice()];
  two[heightOffset(two) + 4] = 2;
  await rejects(two, /2 components of 8 bits.*convert it to an RGB JPEG/);
  deep[heightOffset(deep) - 1] = 12;
  await rejects(deep, /3 components of 12 bits/);
});

Deno.test("decodeJpeg() throws DataError when a CMYK file is damaged, and reads the next one", async () => {
  const inks = bytesOf(fixture.cmyk);
  await rejects(inks.subarray(0, inks.length - 1), /cut off/);
  const short = new Uint8Array([...inks.subarray(0, inks.length - 300), 0xff, 0xd9]);
  await rejects(short, /four components \(Corrupt JPEG data: premature end/);
  const untabled = inks.slice();
  untabled.forEach((byte, i) => {
    if (byte === 0xff && inks[i + 1] === 0xdb) untabled[i + 1] = 0xfe;
  });
  await rejects(untabled, /four components \(Quantization table 0x00 was not defined/);
  const huge = inks.slice();
  huge.fill(0xff, heightOffset(huge), heightOffset(huge) + 4);
  await rejects(huge, /65535×65535 pixels/);
  assert.equal((await decodeJpeg(inks, "b.jpg")).width, 47);
});

Deno.test("decodeJpeg() passes over stray bytes in a CMYK file as in any other", async () => {
  for (const bytes of [whole, bytesOf(fixture.cmyk)]) {
    const stray = new Uint8Array([...bytes.subarray(0, -2), 1, 2, 3, 0xff, 0xd9]);
    assert.deepEqual(await decodeJpeg(stray, "a.jpg"), await decodeJpeg(bytes, "a.jpg"));
  }
});

Deno.test("decodeJpeg() tells concurrent failures apart", async () => {
  const short = new Uint8Array([...whole.subarray(0, whole.length - 300), 0xff, 0xd9]);
  const results = await Promise.allSettled([
    decodeJpeg(whole, "1.jpg"),
    decodeJpeg(short, "2.jpg"),
    decodeJpeg(whole, "3.jpg"),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
});

Deno.test("encodeJpeg() comes back from decodeJpeg() nearly the same, and in the same bytes twice", async () => {
  const [width, height] = [24, 10];
  const smooth = Uint8Array.from(
    { length: width * height * 3 },
    (_, i) => 60 + 4 * (Math.floor(i / 3) % width) + 20 * (i % 3),
  );
  const jpeg = await encodeJpeg(smooth, width, height, 95);
  assert.deepEqual(await encodeJpeg(smooth, width, height, 95), jpeg);
  const image = await decodeJpeg(jpeg, "a.jpg");
  assert.deepEqual([image.width, image.height], [width, height]);
  assert.ok(largestDifference(image.data, smooth) <= 8);
});

Deno.test("encodeJpeg() throws when length or quality are off", async () => {
  await assert.rejects(encodeJpeg(new Uint8Array(11), 2, 2, 90), {
    name: "TypeError",
    message: /current length is 11/,
  });
  for (const quality of [0, 101, NaN]) {
    await assert.rejects(encodeJpeg(new Uint8Array(12), 2, 2, quality), { name: "RangeError" });
  }
});

Deno.test("decodeImage() goes by the content, and throws DataError when it is neither JPEG nor PNG", async () => {
  const png = fixture.png.RGB;
  const image = await decodeImage(bytesOf(png.file), "really_a_png.JPEG");
  assert.equal(largestDifference(image.data, bytesOf(png.pixels)), 0);
  assert.equal((await decodeImage(whole, "a.png")).width, 47);
  await assert.rejects(decodeImage(new Uint8Array(0), "empty.jpg"), {
    name: "DataError",
    message: /empty\.jpg as its 0 bytes begin neither/,
  });
});
