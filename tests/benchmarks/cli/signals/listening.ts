/**
 * A program that listens to signals, says so, and at each says it again. When asked by a line on
 * stdin it tells whether a process that it starts outlives a SIGHUP.
 */
import { listenToStops } from "../../../../benchmarks/cli/signals/stop_signals.ts";

listenToStops(() => console.log("asked to end"));
console.log("listening");
for await (const _ of Deno.stdin.readable) {
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", "kill -HUP $$; echo the child lives"],
  }).output();
  console.log(new TextDecoder().decode(stdout).trim() || "the child died");
}
