import type { Trial } from "../trial.ts";
import { trainerFor } from "./network.ts";

/** Steps between one resume and the next. */
const stepsEach = 2;

/** A checkpoint, and another model, optimizer and Trainer that go on from it, over and over. */
export const resumes: Trial = {
  unit: "resumes in one process",
  counts: { long: 1_000, short: 40 },
  backends: ["cpu", "wasm", "tensorflow"],
  async run(count, watch) {
    let saved:
      | Awaited<ReturnType<ReturnType<typeof trainerFor>["trainer"]["checkpoint"]>>
      | undefined;
    for (let i = 1; i <= count; i++) {
      const stop = new AbortController(), until = i * stepsEach;
      const { trainer, dispose } = trainerFor(count * stepsEach, (event, { step }) => {
        if (event === "stepEnd" && step === until) stop.abort();
      }, stop.signal);
      try {
        if (saved !== undefined) await trainer.restore(saved);
        await trainer.fit();
        if (trainer.state.step !== until) throw new Error(`${trainer.state.step}, not ${until}`);
        saved = await trainer.checkpoint();
      } finally {
        dispose();
      }
      if (watch.isDue(i)) await watch.take(i);
    }
  },
};
