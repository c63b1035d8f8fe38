/** A program that goes on when it is asked to stop, and says so. */
import { stopSignal } from "../../../../benchmarks/cli/signals/stop_signals.ts";

stopSignal().addEventListener("abort", () => console.log("aborted"));
console.log("listening");
setInterval(() => {}, 1000); // keeps it running
