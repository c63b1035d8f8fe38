/** A program that ends by an error, named by its argument. */
import { UsageError } from "../../../benchmarks/ground/errors.ts";
import { endWith } from "../../../benchmarks/cli/exit.ts";
import { DataError } from "../../../datasets/errors.ts";

const errors: Record<string, () => unknown> = {
  usage: () => new UsageError("Cannot run as it is wrong"),
  data: () => new DataError("Cannot read it as it is broken"),
  refusal: () => new RangeError("Cannot train as seed must be an integer: current value is 0.5"),
  engine: () => new Array(-1),
  type: () => (undefined as unknown as { x: number }).x,
  tensorflow: () => Object.assign(new Error("Conv2D: no such kernel"), { name: "TensorFlowError" }),
  memory: () => Object.assign(new Error("it is full"), { name: "OutOfMemoryError" }),
  permission: () => Deno.readTextFileSync("/etc/hostname"),
  wrapped: () => {
    try {
      return Deno.makeTempDirSync();
    } catch (cause) {
      return new UsageError("Cannot write", { cause });
    }
  },
};

/** As it comes out of a worker: an error of no class, whose words are all that there is. */
async function fromWorker(): Promise<unknown> {
  const code = "try { Deno.readTextFileSync('/etc/hostname'); } " +
    "catch ({ message }) { postMessage(new Error(message)); }";
  const url = `data:text/javascript,${encodeURIComponent(code)}`;
  const worker = new Worker(url, { type: "module" });
  const { data } = await new Promise<MessageEvent>((resolve) => worker.onmessage = resolve);
  worker.terminate();
  return data;
}

const [name = ""] = Deno.args;
await endWith(async () => {
  throw name === "worker" ? await fromWorker() : errors[name]!();
});
