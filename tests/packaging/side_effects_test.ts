import * as assert from "node:assert/strict";
import { sideEffectsOf } from "../../packaging/side_effects.ts";

Deno.test("sideEffectsOf() finds modules that act, and those on the way to them", () => {
  const files = new Map([
    ["mod.js", `export * from "./a/mod.js"; export { pure } from "./pure.js";`],
    ["a/mod.js", `import { acts } from "./acts.js"; export const a = () => acts;`],
    ["a/acts.js", `import * as tf from "tfjs"; export class acts {} tf.register(acts);`],
    ["a/acts.d.ts", `export declare class acts {} ; export {};`],
    ["pure.js", `import { helper } from "./helper.js"; export const pure = helper();`],
    ["helper.js", `export function helper() { console.log(1); }`],
    ["round.js", `import "./trip.js"; export const round = 1;`],
    ["trip.js", `import "./round.js"; import "./a/acts.js";`],
  ]);
  assert.deepEqual(sideEffectsOf(files), [
    "./a/acts.js",
    "./a/mod.js",
    "./mod.js",
    "./round.js",
    "./trip.js",
  ]);
});
