/** The arithmetic of sliding windows, beside counting place by place. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Axis,
  keepTaps,
  meetingOutputs,
  placeOf,
  span,
  toAxis,
  visibleTaps,
} from "../../src/gradients/geometry.ts";

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

const axes: fc.Arbitrary<Axis> = fc.record({
  input: fc.integer({ min: 1, max: 9 }),
  taps: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 4 }),
  dilation: fc.integer({ min: 1, max: 12 }),
  padding: fc.oneof(
    fc.constant("same" as const),
    fc.tuple(fc.integer({ min: -2, max: 12 }), fc.integer({ min: -2, max: 12 })),
  ),
}).map(({ padding, ...window }) => toAxis(window, padding)).filter(({ output }) => output >= 1);

const isInside = ({ input }: Axis, place: number): boolean => place >= 0 && place < input;

/** The outputs at which a tap meets the input. */
const meets = (axis: Axis, tap: number): number[] =>
  upTo(axis.output).filter((output) => isInside(axis, placeOf(axis, output, tap)));

Deno.test("toAxis() has as many outputs as windows fit into the padded input", () => {
  fc.assert(fc.property(axes, (axis) => {
    const padded = axis.before + axis.input + axis.after;
    const starts = upTo(padded).filter((place) =>
      place % axis.stride === 0 && place + span(axis) <= padded
    );
    assert.equal(axis.output, starts.length);
  }));
});

Deno.test("meetingOutputs() are those whose window has the tap on the input", () => {
  fc.assert(fc.property(axes, (axis) => {
    for (const tap of upTo(axis.taps)) {
      const { first, end } = meetingOutputs(axis, tap);
      assert.deepEqual(upTo(axis.output).slice(first, end), meets(axis, tap));
    }
  }));
});

Deno.test("visibleTaps() are those from the first to the last that ever meets the input", () => {
  fc.assert(fc.property(axes, (axis) => {
    const visible = upTo(axis.taps).filter((tap) => meets(axis, tap).length > 0);
    const { first, count } = visibleTaps(axis);
    const expected = visible.length > 0 ? [visible[0], visible.at(-1)] : [0, axis.taps - 1];
    assert.deepEqual([first, first + count - 1], expected);
  }));
  const wide = toAxis({ input: 5, taps: 3, stride: 1, dilation: 36 }, [36, 36]);
  assert.deepEqual(visibleTaps(wide), { first: 1, count: 1 }, "the centre alone");
});

Deno.test("keepTaps() leaves each output the same places", () => {
  fc.assert(fc.property(axes, (axis) => {
    const kept = visibleTaps(axis);
    const part = keepTaps(axis, kept);
    assert.deepEqual([part.taps, part.output], [kept.count, axis.output]);
    for (const output of upTo(axis.output)) {
      for (const tap of upTo(kept.count)) {
        assert.equal(placeOf(part, output, tap), placeOf(axis, output, kept.first + tap));
      }
    }
    const outputs = (part.input + part.before + part.after - span(part)) / part.stride + 1;
    assert.equal(outputs, axis.output, "borders that fit");
  }));
});
