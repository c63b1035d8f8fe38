import { pause } from "../bench.ts";
import { clockModule } from "../hooks/clock.ts";
import { type Kind, type Outcome, resumed } from "../kind.ts";

const dayMs = 86_400_000;

/**
 * The clock is two years ahead when the run begins, is set back by a day in its middle, and is right
 * again, so that all records and files lie in the future, when it is gone on with after a kill.
 */
export const clock: Kind = {
  about: "the clock is ahead, then set back during a run and before it goes on",
  attempts: (kills) => Math.ceil(kills / 40),
  async attempt({ bench, subject, draw }): Promise<Outcome> {
    const { durationMs } = await bench.reference(subject);
    const out = bench.place();
    const jumps = Array.from({ length: 6 }, (_, i) => ({
      afterMs: durationMs * (i + draw.share()) / 6,
      byMs: -dayMs,
    }));
    const preload = clockModule({ offsetMs: 730 * dayMs, jumps });
    const run = await bench.start(subject, out, { preload });
    await pause(durationMs * (0.5 + 0.5 * draw.share()));
    run.signal("SIGKILL");
    await run.end;
    await bench.assertResumes(subject, out);
    return resumed;
  },
};
