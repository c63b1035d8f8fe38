/** One worker of those that `shared_batch_test.ts` starts: its rank, then everyone's address. */
import { joinCluster, registerTensorFlowBackend } from "../../../../src/backends/tensorflow/mod.ts";
import * as tf from "../../../../src/tf.ts";
import { misuse } from "./misused_group.ts";
import { type CaseName, cases, train } from "./shared_batch.ts";

tf.enableProdMode();
registerTensorFlowBackend();
await tf.setBackend("tensorflow");
const [rank = "", ...addresses] = Deno.args;
const tasks = addresses.map((address, index) => ({ job: "worker", index, address }));
const group = await joinCluster({ tasks, rank: Number(rank), source: "local" });
const courses: Record<string, unknown> = {};
for (const name of Object.keys(cases) as CaseName[]) courses[name] = await train(name, group);
console.log(JSON.stringify({ courses, told: await misuse(group) }));
Deno.exit(0);
