/** `--pilot-share` of the suites, and `pilotShare` of `compare()`. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { compare, mergeRuns } from "../../benchmarks/mod.ts";
import { readResult } from "../../benchmarks/record/mod.ts";
import { encodeJpeg } from "../../datasets/images/jpeg.ts";
import { put } from "../datasets/files.ts";
import { tiny, writeData } from "./ade20k_data.ts";
import { assertError, exists, suiteProcess } from "./suite_process.ts";

const { run, test } = suiteProcess("bench:ade20k");
const predict = suiteProcess("predict").run;

/** Pictures of one colour a class; for validation there is what is no archive. */
async function writePictures(folder: string): Promise<void> {
  const size = 24;
  for (const label of [0, 1, 2]) {
    for (let i = 0; i < 5; i++) {
      const pixels = Uint8Array.from(
        { length: size * size * 3 },
        (_, p) => (p % 3 === label ? 200 : 40) + (p * 7 + i * 31) % 20,
      );
      const jpeg = await encodeJpeg(pixels, size, size, 90);
      await put(folder, `train/class${label}/${i}.JPEG`, jpeg);
    }
  }
  await put(folder, "val.tar", "no archive");
}

test("takes a pilot of a set whose validation images nobody could read, and goes on with it alone", async (folder) => {
  const [data, out] = [join(folder, "data"), join(folder, "out")];
  await writeData(data);
  for (let i = 0; i < 8; i++) {
    await put(data, `images/validation/${i}.jpg`, "no picture");
    await put(data, `annotations/validation/${i}.png`, "no mask");
  }
  const line = `${tiny} --set batchSize=4 --arms ws --data ${data} --out ${out}`;
  assertError(await run(line), 3, /images\/validation\/\d\.jpg as its 10 bytes/);
  const pilot = await run(`${line} --pilot-share 0.25`);
  assert.equal(pilot.code, 0, pilot.stderr);
  const { data: recorded, cells, panels } = await readResult(join(out, "result.json"));
  assert.deepEqual(
    [recorded.trainingCount, recorded.validationCount, recorded.pilotShare],
    [6, 2, 0.25],
  );
  assert.deepEqual(cells.map(({ status }) => status), ["done"]);
  assert.deepEqual(panels.map(({ name }) => name), ["6", "7"]);
  const report = await Deno.readTextFile(join(out, "report.md"));
  assert.match(report, /Evaluated on: the last 25 % of the training images \(a pilot\)/);

  assert.equal((await run(`${line} --pilot-share 0.25 --resume`)).code, 0);
  const differs = /differs in the share of a pilot \(--pilot-share\) \(0\.25 and 0\.26\)/;
  assertError(await run(`${line} --pilot-share 0.26 --resume`), 2, differs);
  assertError(
    await run(`${line} --pilot-share 0.05 --resume`),
    3,
    /8 training images leave none to evaluate on: choose another share/,
  );
  assertError(
    await run(`${line} --pilot-share 1`),
    2,
    /--pilot-share wants a number > 0 and < 1/,
  );
  const planned = await run(`${line} --pilot-share 0.25 --dry-run --force`);
  assert.match(planned.stdout, /^a pilot: evaluated on the last 25 % of the training images$/m);

  const [images, predicted] = [`${data}/images/training/7.jpg`, join(folder, "predicted")];
  const done = await predict(
    `--run ${out} --arm ws --backend wasm --out ${predicted} ${images}`,
  );
  assert.equal(done.code, 0, done.stderr);
  assert.ok(await exists(join(predicted, "masks/7.png")));
});

test("takes a pilot of generated images", async (folder) => {
  const { code, stderr } = await run(
    `${tiny} --set batchSize=4 --arms ws --pilot-share 0.5 --out ${folder}`,
  );
  assert.equal(code, 0, stderr);
  const { data } = await readResult(join(folder, "result.json"));
  assert.deepEqual(
    [data.generated, data.trainingCount, data.validationCount, data.pilotShare],
    [true, 4, 4, 0.5],
  );
});

for (const suite of ["imagenet", "norms", "microbatch", "smoothness"] as const) {
  Deno.test(`bench:${suite} takes a pilot of each class, without an archive of validation pictures`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "pilot-test-" });
    try {
      const [data, out] = [join(folder, "data"), join(folder, "out")];
      await writePictures(data);
      const arm = { imagenet: "ws", norms: "gn", microbatch: "gn-8", smoothness: "gn" }[suite];
      const { code, stderr } = await suiteProcess(`bench:${suite}`).run(
        "--set duration=2ba --set warmup=1ba --set imageSize=16 --set resizeTo=18 --seeds 0 " +
          `--set batchSize=8 --set timingRounds=0 --set evaluations=1 --backend wasm --arms ${arm} ` +
          `--data ${data} --out ${out} --pilot-share 0.4`,
      );
      assert.equal(code, 0, stderr);
      const result = await readResult(join(out, "result.json"));
      assert.deepEqual([result.data.trainingCount, result.data.validationCount], [9, 6]);
      assert.equal(result.data.pilotShare, 0.4);
      const counts = result.cells[0]!.confusion!;
      assert.equal(counts.flat().reduce((sum, count) => sum + count), 6);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("compare()'s pilots are of what a hash leaves, and merge with those of the same share alone", async () => {
  const folder = await Deno.makeTempDir({ prefix: "pilot-test-" });
  try {
    const data = join(folder, "data");
    await writeData(data);
    for (const kind of ["images", "annotations"]) {
      for await (const { name } of Deno.readDir(join(data, kind, "training"))) {
        await Deno.rename(join(data, kind, "training", name), join(data, kind, name));
      }
      for (const part of ["training", "validation"]) {
        await Deno.remove(join(data, kind, part), { recursive: true });
      }
    }
    const settings = {
      ...{ duration: "2ba" as const, imageSize: 32, evaluations: 1, timingRounds: 0 },
      ...{ panelImages: 0, batchSize: 2, width: 4, headChannels: 4 },
    };
    const out = (name: string) => join(folder, name);
    const pilot = async (name: string, pilotShare?: number, seed = 0) => {
      await compare({
        ...{ arms: [{ name: "ws" }], settings, data, validationShare: 0.3, seeds: [seed] },
        ...{ out: out(name), backend: "wasm", loaderThreads: 0, log: () => {} },
        ...(pilotShare !== undefined && { pilotShare }),
      });
      return await readResult(join(out(name), "result.json"));
    };
    const { trainingCount } = (await pilot("whole")).data;
    const first = await pilot("first", 0.4);
    await pilot("second", 0.4, 1);
    await pilot("other", 0.41, 1);
    const held = Math.round(0.4 * trainingCount);
    assert.deepEqual(
      [first.data.trainingCount, first.data.validationCount],
      [trainingCount - held, held],
    );
    assert.deepEqual([first.data.validationShare, first.data.pilotShare], [0.3, 0.4]);
    assert.deepEqual(first.warnings.filter(({ code }) => code === "uneven-share"), []);
    const merged = await mergeRuns([out("first"), out("second")], out("merged"));
    assert.deepEqual(merged.seeds, [0, 1]);
    const message = /in the share of a pilot \(pilotShare\) \(0\.4 and 0\.41\)/;
    await assert.rejects(mergeRuns([out("first"), out("other")], out("no")), { message });
    await assert.rejects(pilot("range", 1), {
      name: "UsageError",
      message: /pilotShare wants a number > 0 and < 1: it is 1/,
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
