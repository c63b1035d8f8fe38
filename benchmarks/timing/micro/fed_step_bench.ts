/**
 * What feeding costs: ResNet-50's training step on batches that the loader reads, decodes and
 * augments, against the same step on one batch that lies in memory. Both share the machine's cores
 * with the loader's workers. A round is resident, fed, fed, resident, in one run of the Trainer; drawing a
 * batch makes the loader prepare another, so each fed step bears the cost of one.
 *
 * `deno run --allow-read --allow-write --allow-ffi --allow-env --allow-sys
 * benchmarks/timing/micro/fed_step_bench.ts [--data DIR] [--batch 16] [--size 224] [--rounds 30]
 * [--workers N] [--backend tensorflow] [--json FILE]`
 *
 * @module
 */
import { openClassified } from "../../../datasets/classified.ts";
import { generatePictures } from "../../../datasets/generated/pictures.ts";
import { classificationLoader } from "../../../datasets/loader.ts";
import { selectBackend } from "../../../src/backends/select.ts";
import { resnet } from "../../../src/models/resnet.ts";
import * as tf from "../../../src/tf.ts";
import type { Batch, Dataloader } from "../../../src/training/dataloader.ts";
import * as losses from "../../../src/training/losses.ts";
import * as optimizers from "../../../src/training/optimizers.ts";
import { Trainer } from "../../../src/training/trainer.ts";
import { parseArguments, parseCount } from "../../cli/arguments.ts";
import { endWith, exitCodes } from "../../cli/exit.ts";
import { bootstrapMedianRatio, fewestForBootstrap } from "../../judge/statistics/bootstrap.ts";
import { median } from "../../judge/statistics/summary.ts";
import { TaskLoaders } from "../../tasks/task_loaders.ts";

/** Rounds at the start that do not count: the step is recorded, memory is taken. */
const warmupRounds = 2;

/** Which of a round's steps are fed. */
const pattern = [false, true, true, false];

/** Mean durations of a round's steps. */
interface Round {
  residentMs: number;
  fedMs: number;
}

interface Options {
  batchSize: number;
  size: number;
  rounds: number;
  workers?: number;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArguments({
    args,
    options: {
      data: { type: "string" },
      batch: { type: "string", default: "16" },
      size: { type: "string", default: "224" },
      rounds: { type: "string", default: `${fewestForBootstrap}` },
      workers: { type: "string" },
      backend: { type: "string", default: "tensorflow" },
      json: { type: "string" },
    },
  });
  const options: Options = {
    batchSize: parseCount("batch", values.batch, 1),
    size: parseCount("size", values.size, 1),
    rounds: parseCount("rounds", values.rounds, fewestForBootstrap),
    ...(values.workers !== undefined && { workers: parseCount("workers", values.workers) }),
  };
  const backend = await selectBackend(values.backend);
  const rounds = await measure(values.data ?? await pictures(), options);
  const figures = { backend: backend.name, ...options, ...figuresOf(rounds), raw: rounds };
  console.log(describe(figures));
  if (values.json !== undefined) {
    await Deno.writeTextFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);
  }
  return exitCodes.done;
}

/** Pictures about as large as ImageNet's. */
async function pictures(): Promise<string> {
  const shape = { training: 256, validation: 10, size: 432, classes: 10, seed: 0 };
  return await generatePictures(".cache/pictures-432px-10-classes-256-10", shape);
}

/** Times rounds from the end of each step to that of the next, waiting for its batch included. */
async function measure(data: string, options: Options): Promise<Round[]> {
  const { training, classes } = await openClassified(data);
  const { batchSize, size, workers } = options;
  const loaders = new TaskLoaders(workers === undefined ? {} : { workers });
  const fed = loaders.dataloader(
    classificationLoader(training, { batchSize, size, train: true, ...loaders.options }),
  );
  const model = resnet({ depth: 50, classes, inputShape: [size, size, 3], seed: 0 });
  const optimizer = optimizers.decoupledSgdw({ learningRate: 0.001 * batchSize, momentum: 0.875 });
  const steps = (options.rounds + warmupRounds) * pattern.length + 1;
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
  const ratio = rounds.length < fewestForBootstrap
    ? { median: median(fed.map((value, i) => value / resident[i]!)) }
    : bootstrapMedianRatio(fed, resident);
  return { residentMs: median(resident), fedMs: median(fed), ratio };
}

function describe(
  { residentMs, fedMs, ratio, raw }: ReturnType<typeof figuresOf> & { raw: readonly Round[] },
): string {
  const interval = "interval" in ratio
    ? `[${ratio.interval.low.toFixed(3)}, ${ratio.interval.high.toFixed(3)}]`
    : "no interval";
  return `resident ${residentMs.toFixed(0)} ms, fed ${fedMs.toFixed(0)} ms a step; ` +
    `fed / resident ${ratio.median.toFixed(3)}, ${interval} (${raw.length} rounds)`;
}

if (import.meta.main) await endWith(() => main(Deno.args));
