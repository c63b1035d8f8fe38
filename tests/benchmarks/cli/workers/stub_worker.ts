/** A worker that does what its words say: `1:exit=3` is for rank 1, `all:…` for each. */
import { stopSignal } from "../../../../benchmarks/cli/signals/stop_signals.ts";

const { task: { index }, cluster: { worker } } = JSON.parse(Deno.env.get("TF_CONFIG")!);
const [folder, ...words] = Deno.args as [string, ...string[]];
const signal = stopSignal();
await Deno.writeTextFile(
  `${folder}/${index}.json`,
  JSON.stringify({ index, worker, pid: Deno.pid }),
);
for (const word of words) {
  const [, who, what] = /^(\w+):(.*)$/s.exec(word) as unknown as [string, string, string];
  if (who !== "all" && who !== `${index}`) continue;
  const [verb, value] = what.split("=") as [string, string];
  if (verb === "print") console.error(value.replace("_", " "));
  if (verb === "exit") Deno.exit(Number(value));
  if (verb === "kill") Deno.kill(Deno.pid, value as Deno.Signal);
  if (verb === "wait") await new Promise((resolve) => signal.addEventListener("abort", resolve));
  if (verb === "hang") await new Promise((resolve) => setTimeout(resolve, 60_000));
}
Deno.exit(0); // as programs do
