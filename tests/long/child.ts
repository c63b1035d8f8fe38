/**
 * A trial in a process of its own: `NAME BACKEND COUNT`; prints its samples as JSON. Started with V8's
 * `--expose-gc`.
 */
import { backendNames, selectBackend } from "../../src/backends/select.ts";
import { trials } from "./trials.ts";
import { Watch } from "./watch.ts";

const [name, backend, count] = Deno.args as [string, string, string];
if (!backendNames.includes(backend)) throw new RangeError(`Unknown backend ${backend}`);
await selectBackend(backend, { intraOpThreads: 1 });
const watch = new Watch(Number(count));
await trials[name]!.run(Number(count), watch);
console.log(JSON.stringify(watch.samples));
Deno.exit(0);
