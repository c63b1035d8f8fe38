/** Takes one batch of the files in its argument, and leaves its loader as it is. */
import { classificationLoader } from "../../../datasets/loader.ts";
import { splitOf } from "./pictures.ts";

const files: string[] = JSON.parse(Deno.args[0] ?? "[]");
const split = splitOf(files.length, (index) => files[index] ?? "");
const loader = classificationLoader(split, { size: 16, batchSize: 2, train: true, workers: 2 });
const { done } = await loader.batches(0).next();
console.log(done ? "no batch" : "a batch");
