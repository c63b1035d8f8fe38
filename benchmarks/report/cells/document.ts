/**
 * The report on a comparison of arms. A suite's opens with its verdicts on the published claims,
 * one of a user's own arms with its answer.
 *
 * @module
 */
import { counted, fixed, grouped } from "../../ground/format.ts";
import { hasSmoothness } from "../../judge/smoothness.ts";
import { hasOwnArms } from "../../judge/claims/judge.ts";
import type { Result } from "../../record/mod.ts";
import { facts, section, table } from "../blocks.ts";
import { backendText, closingBlocks, made } from "../closing.ts";
import type { Block, Document, Fact, Text } from "../document.ts";
import { classBlocks, mainTable, scoreBlocks } from "./accuracy.ts";
import { answers } from "./answer.ts";
import { claimAnswers, claimBlocks } from "./claims.ts";
import { confusionBlocks } from "./confusion.ts";
import { curveBlocks } from "./curves.ts";
import { differenceBlocks } from "./differences.ts";
import { gridSection } from "./grid.ts";
import { mainMetric, metricLabel, rowsOf } from "./metrics.ts";
import { comparisonWarnings, pairingRows } from "./pairing.ts";
import { pilotLines, pilotRows } from "./pilot.ts";
import { predictionBlocks } from "./predictions.ts";
import { cellBlocks, chanceRows, incidentRows, warningBlocks, workerRows } from "./run.ts";
import { smoothnessAnswers } from "./smoothness/answer.ts";
import { smoothnessBlocks } from "./smoothness/blocks.ts";
import { speedBlocks } from "./speed.ts";

/** More would hide the rest: where one cell does not pair, its arm's others will not either. */
const mostAlerts = 3;

/** With more seeds only their number is given. */
const mostSeeds = 12;

/** From this many arms on the title lists them, without "against". */
const manyArms = 4;

/** The report of a comparison. */
export function cellsDocument(result: Result): Document {
  const metric = mainMetric(result);
  const own = hasOwnArms(result);
  return {
    title: titleOf(result),
    kicker: own
      ? `Comparison on ${result.data.name}`
      : `${result.suite} · profile ${result.profile}`,
    alerts: comparisonWarnings(result).slice(0, mostAlerts)
      .map(({ message, advice }) => `${message}. ${advice}.`),
    answer: answerLines(result),
    blocks: [
      ...mainTable(result),
      ...facts(factRows(result)),
      ...section("Warnings", warningBlocks(result)),
      ...section("Smoothness", smoothnessBlocks(result)),
      ...gridSection(result),
      ...section("Differences", differenceBlocks(result)),
      ...section("Learning curves", curveBlocks(result)),
      ...section(metric === undefined ? "Scores" : metricLabel(metric), scoreBlocks(result)),
      ...section("IoU by class", classBlocks(result)),
      ...section("Confused classes", confusionBlocks(result)),
      ...section("Predictions", predictionBlocks(result)),
      ...section("Speed", speedBlocks(result)),
      ...(own ? [] : section("Claims", claimBlocks(result))),
      ...section("Arms", armBlocks(result)),
      ...section("Cells", cellBlocks(result)),
      ...closingBlocks(result, [["data (SHA-256)", result.data.identity]]),
    ],
  };
}

function answerLines(result: Result): Text[] {
  return [...foundLines(result), ...pilotLines(result)];
}

function foundLines(result: Result): Text[] {
  const measured = hasSmoothness(result) ? smoothnessAnswers(result) : [];
  if (!hasOwnArms(result)) {
    // The question of such a run, which no published claim answers with a number.
    return measured.length > 0 && !result.data.generated ? measured : claimAnswers(result);
  }
  const caveat = "The images are generated: on real ones the result may be another.";
  return [...answers(result), ...measured, ...(result.data.generated ? [caveat] : [])];
}

/** A suite's own title; of a user's own comparison, its arms. */
function titleOf(result: Result): string {
  if (!hasOwnArms(result)) return result.title;
  const labels = result.arms.map(({ label }) => label);
  if (labels.length < manyArms) return labels.join(" against ");
  return `${labels.slice(0, -1).join(", ")} and ${labels.at(-1)}`;
}

function factRows(result: Result): Fact[] {
  const { data, seeds, environment } = result;
  const images = `${grouped(data.trainingCount)} training, ` +
    `${grouped(data.validationCount)} validation`;
  return [
    ["Data", `${data.name}${data.generated ? " (generated)" : ""}`],
    ["Classes", grouped(data.classes)],
    ["Images", images],
    ...pilotRows(result),
    ...maskRows(data),
    ["Seeds", seeds.length > mostSeeds ? `${seeds.length}` : seeds.join(", ")],
    ["Backend", backendText(environment)],
    ["Machine", environment.gpu ?? environment.cpu],
    ...workerRows(result),
    made(result),
    ...chanceRows(result),
    ...incidentRows(result),
  ];
}

/** How masks were read, and what was held out, where the reader cannot take it for granted. */
function maskRows({ coding, validationShare }: Result["data"]): Fact[] {
  const rows: (Fact | false)[] = [
    coding !== undefined && ["Masks", maskWords(coding)],
    validationShare !== undefined &&
    ["Held out", `${fixed(100 * validationShare, 1)} %, by a hash of the images' names`],
  ];
  return rows.filter((row) => row !== false);
}

function maskWords(coding: NonNullable<Result["data"]["coding"]>): string {
  if (coding === "voc") return "PASCAL VOC's palette";
  if (typeof coding === "string") return `labels ${coding}`;
  return `${counted(coding.palette.length, "colour")} of a palette`;
}

/** What each arm is, and whether they had a common start. */
function armBlocks(result: Result): Block[] {
  const cells = rowsOf(result).map(({ done }) => done[0]);
  return [
    ...table("The arms compared", result.arms, [
      ["arm", ({ label }) => label],
      !hasOwnArms(result) && ["name", ({ name }) => [{ as: "code", text: name }]],
      ["what it is", armText],
      ["convolutions standardized", (_, i) => ({
        value: cells[i]?.standardizedCount,
        digits: 0,
        unit: cells[i] && `of ${cells[i].convolutionCount}`,
      })],
      ["parameters", (_, i) => ({ value: cells[i]?.parameterCount, digits: 0, grouped: true })],
    ]),
    ...facts(pairingRows(result)),
  ];
}

/**
 * What an arm changes: its description, or where it has none its algorithms, settings and model.
 */
function armText(
  { description, algorithms, settings = {}, model }: Result["arms"][number],
): string {
  if (description !== "") return description;
  return [
    ...algorithms,
    ...Object.entries(settings).map(([key, value]) => `${key} ${JSON.stringify(value)}`),
    ...(model === undefined ? [] : [`model ${model}`]),
  ].join(", ");
}
