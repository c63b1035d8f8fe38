#!/bin/sh
# fast-png 8.0.0 (npm): interlaced PNGs of less than 8 bits a sample.
#
# Expected: one row of eight 4-bit gray pixels in Adam7's passes decodes to what the same row gives without
#   interlacing: 0020 4567, two pixels a byte.
# Seen: a byte for each pixel is taken from data that hold two, so that passes of several columns run into
#   the next ones. Pixels come out wrong, a byte each, and nothing is said unless a pixel stands where a
#   filter is read: then "Unsupported filter".
# Source: src/helpers/decode_interlace_adam7.ts (passLineBytes is passWidth times ceil(depth / 8)); PNG
#   specification, 8.2 Adam7: each pass is a picture of its own, packed as such.
#
# Exits non-zero where the output is another one. Needs Deno.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > main.mjs <<'PROGRAM'
import { decode } from "npm:fast-png@8.0.0";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

function chunk(type, data) {
  const [body, ends] = [Buffer.concat([Buffer.from(type), data]), Buffer.alloc(8)];
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return [ends.subarray(0, 4), body, ends.subarray(4)];
}
function png(interlaced, rows) {
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 1, 4, 0, 0, 0, interlaced]);
  return new Uint8Array(Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    ...chunk("IHDR", header),
    ...chunk("IDAT", deflateSync(Buffer.from(rows, "hex"))),
    ...chunk("IEND", Buffer.alloc(0)),
  ]));
}
const hex = (bytes) => Buffer.from(decode(bytes, { checkCrc: true }).data).toString("hex");
console.log(`plain: ${hex(png(0, "0000204567"))}`);
// Passes 1, 2, 4 and 6 have a row: pixel 0; 4; 2 and 6; 1, 3, 5 and 7. Each begins with its filter, 0.
console.log(`interlaced: ${hex(png(1, "0000" + "0040" + "0026" + "000057"))}`);
PROGRAM
echo '{"nodeModulesDir":"auto"}' > deno.json
output=$(deno run --quiet --allow-read --allow-env main.mjs)
echo "$output"
[ "$output" = "plain: 00204567
interlaced: 0057260040000000" ]
