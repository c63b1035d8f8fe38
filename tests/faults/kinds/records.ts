import assert from "node:assert/strict";
import { openRecord } from "../../../benchmarks/record/mod.ts";
import { hookModule } from "../hooks/operations.ts";
import { type Attempt, type Kind, type Outcome, resumed, sum } from "../kind.ts";
import { assertWhole } from "../whole.ts";

/** Programs that write records and reports, and train nothing: killed inside of a write, then run again. */
export const records: Kind = {
  about: "SIGKILL inside of a write of `report` and of `bench:overhead`, then run again",
  attempts: (kills) => Math.ceil(kills / 40),
  takes: ({ suite, backend }) => suite === "imagenet" && backend !== "cpu",
  async attempt(attempt): Promise<Outcome> {
    return sum([await rebuilt(attempt), ...attempt.short ? [] : [await timed(attempt)]]);
  },
};

/** A report that is written anew is of the same numbers. */
async function rebuilt({ bench, subject, draw }: Attempt): Promise<Outcome> {
  await bench.reference(subject);
  const out = bench.place();
  assert.equal((await bench.run(subject, out)).code, 0);
  const preload = hookModule({ folder: out, killAt: draw.whole(0, 12), share: draw.share() });
  const options = { task: "report", line: out } as const;
  const { code } = await bench.run(subject, out, { ...options, preload });
  await assertWhole(out, { ended: code === 0 });
  const again = await bench.run(subject, out, options);
  assert.equal(again.code, 0, again.stderr);
  await bench.assertSame(subject, out);
  return resumed;
}

/** Times are never the same: the record is whole, or there is none. */
async function timed({ bench, subject: { backend, suite }, draw }: Attempt): Promise<Outcome> {
  const out = bench.place();
  const settings = "--rounds 2 --steps 2 --set imageSize=16 --arms plain,ws";
  const line = `--backend ${backend} ${settings} --out ${out}`;
  const options = { task: "bench:overhead", line } as const;
  const preload = hookModule({ folder: out, killAt: draw.whole(3, 40), share: draw.share() });
  const { code } = await bench.run({ backend, suite }, out, { ...options, preload });
  await assertWhole(out, { ended: code === 0 });
  const again = await bench.run({ backend, suite }, out, { ...options, line: `${line} --force` });
  assert.equal(again.code, 0, again.stderr);
  await assertWhole(out, { ended: true });
  assert.ok((await openRecord(out, "timings")).record.complete);
  await Deno.remove(out, { recursive: true });
  return resumed;
}
