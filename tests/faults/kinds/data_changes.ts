import { join } from "node:path";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { assertRefused, type Bench, pause } from "../bench.ts";
import { type Kind, missed, type Outcome, refusedThenResumed, resumed } from "../kind.ts";
import { assertWhole, filesIn } from "../whole.ts";
import { lineOf } from "../subjects.ts";

/** What becomes of a picture, and how it is put back. */
const changes: Readonly<Record<string, (path: string, bytes: Uint8Array) => Promise<void>>> = {
  vanishes: (path) => Deno.remove(path),
  "is cut off": (path, bytes) => Deno.writeFile(path, bytes.subarray(0, bytes.length / 2)),
  "is emptied": (path) => Deno.writeFile(path, new Uint8Array(0)),
  "is overwritten": (path, bytes) => Deno.writeFile(path, bytes.slice().fill(7)),
};

/** A picture of the data set vanishes or is damaged during a run, and is put back. */
export const dataChanges: Kind = {
  about: "pictures vanish or are damaged during a run, then are put back",
  attempts: (kills) => Math.ceil(kills / 20),
  takes: ({ suite }) => suite === "imagenet",
  async attempt({ bench, subject, draw, index }): Promise<Outcome> {
    const data = await dataOf(bench);
    const line = `${lineOf(subject).replaceAll(/--set generated\w+=\d+/g, "")} --data ${data}`;
    const { durationMs } = await bench.reference(subject, line);
    const out = bench.place();
    const run = await bench.start(subject, out, { line });
    await pause(durationMs * (0.2 + 0.4 * draw.share()));
    const change = Object.values(changes)[index % 4]!;
    const all = await filesIn(data);
    const pictures = all.filter((path) => path.endsWith(".JPEG") && draw.share() < 0.5);
    const kept = await Promise.all(pictures.map((path) => Deno.readFile(join(data, path))));
    const put = () =>
      Promise.all(pictures.map((path, i) => Deno.writeFile(join(data, path), kept[i]!)));
    const isLate = run.hasEnded();
    let isRefused = false;
    try {
      for (const [i, path] of pictures.entries()) await change(join(data, path), kept[i]!);
      const how = await run.end;
      if (how.code !== 0) assertRefused(how, [3, 5], /\.JPEG/);
      isRefused = how.code !== 0;
      await assertWhole(out, { ended: how.code === 0 });
      if (isRefused) { // it is still damaged: neither goes on, nor spoils what is there
        const again = await bench.run(subject, out, { line, more: "--resume" });
        assertRefused(again, [2, 3, 5], /JPEG|differs in|pictures|data/);
      }
    } finally {
      await put();
    }
    await bench.assertResumes(subject, out, line);
    if (isLate) return missed;
    return isRefused ? refusedThenResumed : resumed;
  },
};

const known = new WeakMap<Bench, Promise<string>>();

function dataOf(bench: Bench): Promise<string> {
  const made = known.get(bench) ??
    generatePictures(bench.place(), { training: 64, validation: 16, size: 32, classes: 8 });
  known.set(bench, made);
  return made;
}
