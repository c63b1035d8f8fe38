/**
 * What the loader does with one core, beside torchvision's pipeline on Pillow: JPEGs of 500×375 from
 * files, a random crop to 224, flip, normalization, a batch of floats. Everything is done in one
 * thread; the subjects take turns in blocks (A B C C B A), and the peer, a process of its own, waits
 * for its next block without using a processor. Images a second are counted by the clock, and by
 * processor time, which a busy machine does not change.
 *
 * `deno run --allow-read --allow-write --allow-env --allow-ffi --allow-run
 * benchmarks/timing/micro/loader_bench.ts --help` lists its options.
 *
 * The interpreter needs torch, torchvision and pillow. Without TensorFlow's library (`deno task
 * setup`) there is no figure for its decoder. About two minutes on a core with nothing else to do.
 *
 * @module
 */
import { type ClassifiedSplit, openClassified } from "../../../datasets/classified.ts";
import { option } from "../../cli/options.ts";
import { type Program, program, start } from "../../cli/program.ts";
import { checkWritableFile } from "../../ground/files.ts";
import { count, file, folder, text } from "../../ground/value_kinds.ts";
import {
  type BootstrapMedian,
  bootstrapMedianRatio,
  fewestForBootstrap,
} from "../../judge/statistics/bootstrap.ts";
import { median } from "../../judge/statistics/summary.ts";
import { type Block, openSubjects, type Subject } from "./loader_subjects.ts";
import { writePhotos } from "./photos.ts";

/** Batches a block. */
const blockBatches = 2;
/** Generated pictures, where no data is given. */
const photoCount = 128;

interface Figure {
  name: string;
  imagesPerSecond: number;
  imagesPerProcessorSecond: number;
  /** The peer's duration divided by the subject's, block by block. */
  ratio: BootstrapMedian;
  /** The same for processor time. */
  processorRatio: BootstrapMedian;
}

export const loader: Program = program({
  command: "deno run -A benchmarks/timing/micro/loader_bench.ts",
  summary: "What the loader does with one core, beside torchvision's pipeline on Pillow.",
  options: {
    data: option(folder, "classified images", { usual: "generated photographs" }),
    python: option(text("PYTHON", "a Python interpreter"), "has torch, torchvision and pillow", {
      default: "python3",
    }),
    rounds: option(count(fewestForBootstrap / 2), "rounds of two blocks", {
      default: fewestForBootstrap,
    }),
    batch: option(count(1), "images a batch", { default: 32 }),
    json: option(file, "write the figures there, too"),
  },
  async run({ data, python, rounds, batch: batchSize, json }) {
    if (json !== undefined) await checkWritableFile(json, "--json");
    const split = await openPictures(data);
    const subjects = await openSubjects({ split, batchSize, size: 224 }, python);
    const blocks = await takeTurns(subjects, rounds);
    const figures = subjects.map((subject, i) => figureOf(subject, i, blocks, batchSize));
    console.log(figures.map(describe).join("\n"));
    if (json !== undefined) {
      const record = { pictures: split.length, batchSize, rounds, blockBatches, figures, blocks };
      await Deno.writeTextFile(json, `${JSON.stringify(record, null, 2)}\n`);
    }
  },
});

async function openPictures(data: string | undefined): Promise<ClassifiedSplit> {
  const dir = data ?? await writePhotos(`.cache/photographs-500x375-${photoCount}`, photoCount);
  const { training, validation } = await openClassified(dir);
  return training.length > 0 ? training : validation;
}

/** The blocks of each subject, taken in turns, there and back again. Ends the subjects. */
async function takeTurns(subjects: readonly Subject[], rounds: number): Promise<Block[][]> {
  try {
    for (const subject of subjects) await subject.run(4 * blockBatches);
    const blocks: Block[][] = subjects.map(() => []);
    const there = subjects.map((_, i) => i);
    const turns = [...there, ...there.toReversed()];
    for (let round = 0; round < rounds; round++) {
      for (const i of turns) blocks[i]!.push(await subjects[i]!.run(blockBatches));
    }
    return blocks;
  } finally {
    for (const subject of subjects) await subject.end();
  }
}

function figureOf(
  { name }: Subject,
  index: number,
  blocks: readonly Block[][],
  batchSize: number,
): Figure {
  const images = blockBatches * batchSize;
  const of = (key: keyof Block, subject: number) => blocks.at(subject)!.map((block) => block[key]);
  const perSecond = (key: keyof Block) => 1000 * images / median(of(key, index));
  const ratioTo = (key: keyof Block) => bootstrapMedianRatio(of(key, -1), of(key, index));
  return {
    name,
    imagesPerSecond: perSecond("wallMs"),
    imagesPerProcessorSecond: perSecond("processorMs"),
    ratio: ratioTo("wallMs"),
    processorRatio: ratioTo("processorMs"),
  };
}

function describe(figure: Figure): string {
  const times = ({ median, interval: { low, high } }: BootstrapMedian) =>
    `${median.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
  return `${figure.name}: ${figure.imagesPerSecond.toFixed(0)} images/s, ${
    times(figure.ratio)
  } times the peer; a processor's second: ${figure.imagesPerProcessorSecond.toFixed(0)} images, ${
    times(figure.processorRatio)
  } times the peer`;
}

if (import.meta.main) await start(loader);
