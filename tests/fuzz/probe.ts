import { caseOf, seedOf } from "./run_target.ts";
import { targets } from "./targets.ts";
const [name, n] = Deno.args;
const t = await (await targets[name!]!()).start(undefined);
import * as fc from "fast-check";
for (const c of fc.sample(t.cases, { seed: 3, numRuns: Number(n) })) {
  const b = performance.now();
  let s = "ok";
  const timer = c.made.slice(0, 300);
  Deno.stderr.writeSync(new TextEncoder().encode("> " + timer + "\n"));
  try {
    await t.read(c.bytes.slice());
  } catch (e) {
    s = (e as Error).message.slice(0, 200);
  }
  const d = performance.now() - b;
  if (d > 300) console.error("SLOW", d, timer, s);
}
