import assert from "node:assert/strict";
import {
  bounds,
  bytesText,
  counted,
  fixed,
  grouped,
  none,
  oneLine,
  percent,
  signed,
} from "../../../benchmarks/ground/format.ts";

Deno.test("fixed() has a fixed count of decimals, a minus, and no negative zero", () => {
  assert.equal(fixed(12.345, 1), "12.3");
  assert.equal(fixed(-0.06, 1), "−0.1");
  assert.equal(fixed(-0.04, 1), "0.0");
  assert.equal(fixed(0, 2), "0.00");
  for (const value of [undefined, NaN, Infinity, -Infinity]) assert.equal(fixed(value, 1), none);
});

Deno.test("signed() shows each sign, and bounds() both ends", () => {
  assert.equal(signed(2.25, 1), "+2.3");
  assert.equal(signed(-2.25, 1), "−2.3");
  assert.equal(signed(0, 1), "+0.0");
  assert.equal(signed(NaN, 1), none);
  assert.equal(bounds({ low: -0.1, high: 0.8 }, 2), "[−0.10, +0.80]");
});

Deno.test("percent() has no more digits than the share", () => {
  assert.deepEqual([0.2, 0.07, 0.125, 1 / 3].map(percent), [
    "20 %",
    "7 %",
    "12.5 %",
    "33.3333333333 %",
  ]);
});

Deno.test("grouped() has commas between thousands", () => {
  assert.deepEqual([0, 999, 1000, 12345.6, 1234567].map(grouped), [
    "0",
    "999",
    "1,000",
    "12,346",
    "1,234,567",
  ]);
});

Deno.test("counted() has a plural but for one", () => {
  assert.deepEqual([0, 1, 2, 1000].map((count) => counted(count, "seed")), [
    "0 seeds",
    "1 seed",
    "2 seeds",
    "1,000 seeds",
  ]);
});

Deno.test("bytesText() is in millions of bytes, and from a billion on in billions", () => {
  assert.deepEqual([0, 49_999, 50_001, 2.5e6, 999.9e6, 1e9, 12.34e9].map(bytesText), [
    "0.0 MB",
    "0.0 MB",
    "0.1 MB",
    "2.5 MB",
    "999.9 MB",
    "1.0 GB",
    "12.3 GB",
  ]);
});

Deno.test("oneLine() joins lines, drops what is invisible, and cuts what is very long", () => {
  assert.equal(oneLine("  a\n\tb\u0007c\u202ed  "), "a bcd");
  assert.equal(oneLine("x".repeat(500)), "x".repeat(500));
  assert.equal(oneLine("x".repeat(501)), `${"x".repeat(500)}…`);
});
