/**
 * What feeding costs: ResNet-50's training step on batches that the loader reads, decodes and
 * augments, against the same step on one batch that lies in memory. Both share the machine's cores
 * with the loader's workers. A round is resident, fed, fed, resident, in one run of the Trainer; drawing a
 * batch makes the loader prepare another, so each fed step bears the cost of one.
 *
 * `deno run --allow-read --allow-write --allow-ffi --allow-env --allow-sys
 * benchmarks/timing/micro/fed_step_bench.ts --help` lists its options.
 *
 * @module
 */
import { openClassified } from "../../../datasets/classified.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { selectBackend } from "../../../src/backends/select.ts";
import { resnet } from "../../../src/models/resnet.ts";
import * as tf from "../../../src/tf.ts";
import type { Batch, Dataloader } from "../../../src/training/dataloader.ts";
import * as losses from "../../../src/training/losses.ts";
import * as optimizers from "../../../src/training/optimizers.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import { backendName } from "../../cli/common.ts";
import { option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { checkWritableFile } from "../../ground/files.ts";
import { count, file, folder } from "../../ground/value_kinds.ts";
import { bootstrapMedianRatio, fewestForBootstrap } from "../../judge/statistics/bootstrap.ts";
import { median } from "../../judge/statistics/summary.ts";
import { largePictures } from "./photos.ts";
import { TaskLoaders } from "../../tasks/task_loaders.ts";

/** Rounds at the start that do not count: they record the step and allocate memory. */
const warmupRounds = 2;

/** Which of a round's steps are fed. */
const pattern = [false, true, true, false];

/** Mean durations of a round's steps. */
interface Round {
  residentMs: number;
  fedMs: number;
}

export const fedStep: Program = program({
  command: "deno run -A benchmarks/timing/micro/fed_step_bench.ts",
  summary: "What feeding costs: ResNet-50's training step on batches that are read and decoded, " +
    "against the same step on one that lies in memory.",
  options: {
    data: option(folder, "classified images", { usual: "generated pictures" }),
    batch: option(count(1), "images a step", { default: 16 }),
    size: option(count(1), "height and width in pixels", { default: 224 }),
    rounds: option(count(fewestForBootstrap), "rounds", { default: fewestForBootstrap }),
    loaderThreads: option(count(), "threads that decode images", {
      usual: "what fits the machine",
    }),
    backend: option(backendName, "what computes", { default: "tensorflow" }),
    json: option(file, "write the figures there, too"),
  },
  async run({ data, json, backend: name, batch: batchSize, ...rest }) {
    if (json !== undefined) await checkWritableFile(json, "--json");
    const { name: backend } = await selectBackend(name);
    const asked = { batchSize, ...rest };
    const raw = await measure(data ?? await largePictures(256), asked);
    const figures = figuresOf(raw);
    console.log(`${describe(figures)} (${raw.length} rounds)`);
    if (json !== undefined) {
      const record = { backend, ...asked, ...figures, raw };
      await Deno.writeTextFile(json, `${JSON.stringify(record, null, 2)}\n`);
    }
  },
});

/** Times rounds from the end of each step to that of the next, waiting for its batch included. */
async function measure(
  data: string,
  { batchSize, size, loaderThreads, rounds }: {
    batchSize: number;
    size: number;
    rounds: number;
    loaderThreads: number | undefined;
  },
): Promise<Round[]> {
  const { training, classes } = await openClassified(data);
  const loaders = new TaskLoaders(loaderThreads === undefined ? {} : { loaderThreads });
  const fed = loaders.dataloader(
    classificationLoader(training, { batchSize, size, train: true, ...loaders.options }),
  );
  const model = resnet({ depth: 50, classes, inputShape: [size, size, 3], seed: 0 });
  const optimizer = optimizers.decoupledSgdw({ learningRate: 0.001 * batchSize, momentum: 0.875 });
  const steps = (rounds + warmupRounds) * pattern.length + 1;
  const ends: number[] = [];
  try {
    await new Trainer({
      model,
      optimizer,
      loss: losses.crossEntropy,
      trainDataloader: alternating(fed, steps),
      maxDuration: `${steps}ba`,
      callbacks: [(event) => void (event === "stepEnd" && ends.push(performance.now()))],
    }).fit();
  } finally {
    await loaders.close();
    optimizer.dispose();
    model.dispose();
  }
  return roundsOf(ends.slice(1).map((end, i) => end - ends[i]!)).slice(warmupRounds);
}

/** One resident batch to begin with, then rounds of the pattern. */
function alternating(fed: Dataloader, steps: number): Dataloader {
  return {
    batchesPerEpoch: steps,
    async *batches() {
      const source = endless(fed);
      const { x, y } = await drawn(source);
      try {
        for (let step = -1; step < steps; step++) {
          yield pattern.at(step % pattern.length) === true
            ? await drawn(source)
            : { x: x.clone(), y: y.clone() };
        }
      } finally {
        tf.dispose([x, y]);
        await source.return();
      }
    },
  };
}

async function* endless(dataloader: Dataloader): AsyncGenerator<Batch, void, void> {
  for (let epoch = 0;; epoch++) yield* dataloader.batches(epoch);
}

async function drawn(source: AsyncGenerator<Batch, void, void>): Promise<Batch> {
  return (await source.next()).value as Batch; // it never ends
}

function roundsOf(durationsMs: readonly number[]): Round[] {
  const count = Math.floor(durationsMs.length / pattern.length);
  return Array.from({ length: count }, (_, round) => {
    const at = (position: number) => durationsMs[round * pattern.length + position]!;
    return { residentMs: (at(0) + at(3)) / 2, fedMs: (at(1) + at(2)) / 2 };
  });
}

function figuresOf(rounds: readonly Round[]) {
  const resident = rounds.map(({ residentMs }) => residentMs);
  const fed = rounds.map(({ fedMs }) => fedMs);
  const ratio = bootstrapMedianRatio(fed, resident);
  return { residentMs: median(resident), fedMs: median(fed), ratio };
}

function describe({ residentMs, fedMs, ratio }: ReturnType<typeof figuresOf>): string {
  const { median, interval: { low, high } } = ratio;
  return `resident ${residentMs.toFixed(0)} ms, fed ${fedMs.toFixed(0)} ms a step; ` +
    `fed / resident ${median.toFixed(3)}, [${low.toFixed(3)}, ${high.toFixed(3)}]`;
}

if (import.meta.main) await start(fedStep);
