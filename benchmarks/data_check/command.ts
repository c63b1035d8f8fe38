import { join } from "node:path";
import { inspect, type InspectedSplit } from "../../datasets/inspection.ts";
import { UsageError } from "../ground/errors.ts";
import { checkWritable, listFolder, writeAtomic } from "../ground/files.ts";
import type { Ending } from "../cli/exit.ts";
import { type Context, type Program, program } from "../cli/program.ts";
import { progress } from "../cli/progress.ts";
import { stopSignal } from "../cli/signals/stop_signals.ts";
import { recordIn } from "../record/mod.ts";
import { documentFiles } from "../report/document_files.ts";
import { markdown } from "../report/render/markdown.ts";
import { maskSheet, pictureSheet } from "./contact_sheet.ts";
import { checkDocument, type Checked } from "./document.ts";
import { duplicateFindings } from "./duplicates.ts";
import { fileFindings, type FileProblem, type Finding } from "./findings.ts";
import { isOfConvention } from "./conventions.ts";
import { maskFindings } from "./mask_findings.ts";
import { type OpenedSet, openSet } from "./opened.ts";
import { type DataCheckAsked, dataCheckOptions } from "./options.ts";
import { pictureFindings } from "./picture_findings.ts";
import { secondDecoder } from "./second_decoder.ts";
import type { SeenPart } from "./seen.ts";
import { checkTables } from "./tables.ts";

/** `deno task data:check`, from its options to its report. */
export const dataCheck: Program = program<DataCheckAsked>({
  command: "deno task data:check",
  summary:
    "What a data set holds, and all that is wrong with it: counts, classes, sizes, files that " +
    "cannot be read, masks in another convention, pictures in both parts. Reads what bench:ade20k " +
    "and bench:imagenet read.",
  operands: { DIR: "the data set's folder, or an archive of pictures in classes" },
  options: dataCheckOptions,
  lacks: { workers: "threads that read images are --loader-threads now" },
  examples: [
    "deno task data:check DIR",
    "deno task data:check --labels from-zero,255-ignored --decode --out checked DIR",
  ],
  endings: {
    done: "nothing is wrong",
    data: "something is wrong: the list says what",
    interrupted: "interrupted",
  },
  signal: stopSignal,
  run,
});

async function run(asked: DataCheckAsked, { operands, signal }: Context): Promise<Ending> {
  const { out } = asked;
  if (out !== undefined) await checkOut(out, asked.force);
  const set = await openSet(operands[0]!, asked);
  const decoder = await secondDecoder(asked.decode);
  const parts = await lookAt(set, asked, decoder.url, signal);
  if (parts === undefined) {
    console.error("interrupted: nothing was written; the same command begins anew");
    return "interrupted";
  }
  const findings = await findingsOf(set, parts);
  const checked: Checked = { set, parts, findings, decoders: decoder.words, sheet: [] };
  if (out === undefined) console.log(markdown(checkDocument(checked)).trimEnd());
  else await writeReport(out, { ...checked, sheet: await sheetOf(set, asked.images) });
  return findings.some(({ level }) => level === "wrong") ? "data" : "done";
}

async function lookAt(
  set: OpenedSet,
  { decode, loaderThreads }: DataCheckAsked,
  decoder: string | undefined,
  signal: AbortSignal,
): Promise<SeenPart[] | undefined> {
  const display = progress(1);
  const parts: SeenPart[] = [];
  const classes = set.kind === "segmented" ? set.dataset.classes : undefined;
  try {
    for (const name of ["training", "validation"] as const) {
      const split = set.dataset[name] as InspectedSplit;
      display.begin(`${name} images`);
      const onProgress = (done: number) => display.count(done, split.length);
      const threads = loaderThreads === undefined ? {} : { workers: loaderThreads };
      const options = { classes, decode, decoder, ...threads, signal, onProgress };
      const inspection = await inspect(split, options);
      display.end();
      parts.push({ name, inspection, entry: (index) => split.entry(index) });
    }
    return parts;
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    display.end();
  }
}

/** All that was found, what must be put right first. */
async function findingsOf(set: OpenedSet, parts: readonly SeenPart[]): Promise<Finding[]> {
  const ofFiles = parts.flatMap((part) => fileProblems(set, part));
  const ofNames = set.problems.map((reason) => ({ code: "listing", reason: below(set, reason) }));
  const all = [
    ...fileFindings([...ofNames, ...ofFiles]),
    ...set.findings,
    ...emptyParts(parts),
    ...(set.kind === "segmented"
      ? await maskFindings(set, parts)
      : pictureFindings(set.dataset, parts)),
    ...duplicateFindings(parts),
  ];
  const told = all.map((finding) => ({
    ...finding,
    items: finding.items.map((item) => below(set, item)),
  }));
  return told.toSorted((a, b) => Number(a.level === "odd") - Number(b.level === "odd"));
}

/** Problems of single files, without those that are told of all masks at once. */
function fileProblems(set: OpenedSet, { inspection, entry }: SeenPart): FileProblem[] {
  return inspection.problems.flatMap(({ index, of, reason }): FileProblem[] => {
    if (
      of === "mask" && set.kind === "segmented" &&
      isOfConvention(inspection.row(index), set.dataset)
    ) return [];
    const place = entry(index);
    const file = !("mask" in place) ? place.name : of === "mask" ? place.mask : place.image;
    return [{ code: of, reason: below(set, reason), file: below(set, file) }];
  });
}

/** A text in which files are named by their places below the set's folder. */
function below({ dataset }: OpenedSet, text: string): string {
  return dataset.root === "." ? text : text.replaceAll(`${dataset.root}/`, "");
}

function emptyParts(parts: readonly SeenPart[]): Finding[] {
  const advice = {
    training: "It serves evaluation alone",
    validation: "The suites need validation images",
  };
  return parts.filter(({ inspection }) => inspection.length === 0).map(({ name }) => ({
    level: "odd",
    code: `no-${name}`,
    message: `There are no ${name} images`,
    advice: advice[name],
    items: [],
  }));
}

function sheetOf(set: OpenedSet, images: number) {
  return set.kind === "segmented"
    ? maskSheet(set.dataset, images)
    : pictureSheet(set.dataset, images);
}

/** Fails before minutes of reading where the report may not go there. */
async function checkOut(out: string, force: boolean): Promise<void> {
  await checkWritable(out, "--out");
  if (await recordIn(out) !== undefined) {
    throw new UsageError(
      `Cannot write into ${out} as it holds a run, whose files may not be replaced: choose another ` +
        "--out DIR",
    );
  }
  if (force || (await listFolder(out)).length === 0) return;
  throw new UsageError(
    `Cannot write into ${out} as it is not empty: --force replaces an earlier check's files in it, ` +
      "--out DIR writes elsewhere",
  );
}

async function writeReport(out: string, checked: Checked): Promise<void> {
  const document = checkDocument(checked);
  for (const { path, content } of [...await documentFiles(document), ...checkTables(checked)]) {
    await writeAtomic(join(out, path), content);
  }
  console.log(markdown(checkDocument(checked, true)).trimEnd());
  console.log(`\nreport: ${join(out, "report.html")}`);
}
