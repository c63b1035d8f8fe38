/**
 * The things on generated images, distinguished by shape and texture alone.
 *
 * @module
 */

/** A kind of thing. Coordinates run from −1 to 1 over the thing's box, `y` downwards. */
export interface Thing {
  /** The class's name. */
  name: string;
  /** Whether the point belongs to the thing. */
  covers(x: number, y: number): boolean;
  /** Brightness of its texture at the point, around 1. */
  shade(x: number, y: number): number;
}

const plain = (): number => 1;
const isEven = (at: number): boolean => Math.floor(at * 3) % 2 === 0;
const alternate = (at: number): number => isEven(at) ? 1.3 : 0.6;

/** The kinds of things, in the order of their labels; a new one is one entry at the end. */
export const things: readonly Thing[] = [
  { name: "ball", covers: (x, y) => x * x + y * y <= 1, shade: (x, y) => 1.1 - 0.4 * (x + y) },
  {
    name: "crate",
    covers: () => true,
    shade: (x, y) => Math.abs(x) > 0.7 || Math.abs(y) > 0.7 ? 0.7 : 1.1,
  },
  { name: "tent", covers: (x, y) => Math.abs(x) <= (y + 1) / 2, shade: plain },
  { name: "fence", covers: () => true, shade: (x) => alternate(x + 1) },
  { name: "ring", covers: (x, y) => Math.abs(x * x + y * y - 0.7) <= 0.3, shade: plain },
  { name: "blind", covers: () => true, shade: (_, y) => alternate(y + 1) },
  {
    name: "cross",
    covers: (x, y) => Math.min(Math.abs(x), Math.abs(y)) <= 0.35,
    shade: plain,
  },
  {
    name: "board",
    covers: () => true,
    shade: (x, y) => isEven(x + 1) === isEven(y + 1) ? 1.3 : 0.6,
  },
  { name: "kite", covers: (x, y) => Math.abs(x) + Math.abs(y) <= 1, shade: plain },
  {
    name: "moon",
    covers: (x, y) => x * x + y * y <= 1 && (x - 0.5) ** 2 + y * y > 0.5,
    shade: plain,
  },
];
