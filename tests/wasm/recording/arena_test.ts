import assert from "node:assert/strict";
import fc from "fast-check";
import { ALIGNMENT, type Interval, leastBytes, place } from "../../../src/wasm/recording/arena.ts";

const intervals = fc.array(
  fc.record({ bytes: fc.nat(5000), first: fc.nat(60), length: fc.nat(20) }),
  { maxLength: 60 },
).map((all): Interval[] =>
  all.map(({ bytes, first, length }) => ({ bytes, first, last: first + length }))
);

Deno.test("place() lets no two overlap that are needed at the same time", () => {
  fc.assert(fc.property(intervals, (all) => {
    const { offsets, bytes } = place(all);
    all.forEach((one, i) => {
      const from = offsets[i]!;
      assert.equal(from % ALIGNMENT, 0);
      assert.ok(from + one.bytes <= bytes || one.bytes === 0);
      all.slice(0, i).forEach((other, j) => {
        const meet = one.first <= other.last && other.first <= one.last;
        const apart = from + one.bytes <= offsets[j]! || offsets[j]! + other.bytes <= from;
        assert.ok(!meet || apart || one.bytes === 0 || other.bytes === 0, `${j} and ${i}`);
      });
    });
    assert.ok(bytes >= leastBytes(all));
  }));
});

Deno.test("place() needs the least where lifetimes are nested, as a step's and its gradient's", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 5000 }), { maxLength: 40 }), (sizes) => {
      const nested = sizes.map((bytes, i) => ({ bytes, first: i, last: 100 - i }));
      assert.equal(place(nested).bytes, leastBytes(nested));
    }),
  );
});

Deno.test("place() uses memory again that is not needed any more", () => {
  const chain = Array.from({ length: 10 }, (_, i) => ({ bytes: 640, first: i, last: i + 1 }));
  assert.equal(place(chain).bytes, 2 * 640);
  assert.equal(leastBytes(chain), 2 * 640);
  assert.deepEqual(place([]), { offsets: [], bytes: 0 });
});
