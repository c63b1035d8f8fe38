/**
 * The part of a report on classes that are confused.
 *
 * @module
 */
import type { Result } from "../../record/mod.ts";
import { type Column, note, table } from "../blocks.ts";
import type { Block } from "../document.ts";
import { type Row, rowsOf } from "./metrics.ts";

/** More pairs of classes would not be read; the record has the whole matrix. */
const mostPairs = 10;

/** A class that is mistaken for another. */
interface Mistake {
  truth: number;
  prediction: number;
  /** The share of the truth's pixels or images, from 0 to 1, one for each arm. */
  shares: number[];
}

/**
 * The pairs of classes that are confused most, by the share of the truth, summed over the finished
 * seeds; nothing where no cell counted them.
 */
export function confusionBlocks(result: Result): Block[] {
  if (!result.cells.some(({ confusion }) => confusion !== undefined)) return [];
  const rows = rowsOf(result);
  const classes = Math.min(result.data.classes, largestOf(rows));
  const matrices = rows.map((row) => sumOf(row, classes));
  const mistakes = mistakesOf(matrices, classes);
  if (mistakes.length === 0) return [];
  const nameOf = (index: number) => result.data.classNames[index] ?? `${index}`;
  return [
    note("In percent of the class, over the finished seeds; the largest shares first."),
    ...table("Classes predicted as others (%)", mistakes, [
      ["class", ({ truth }) => nameOf(truth)],
      ["predicted as", ({ prediction }) => nameOf(prediction)],
      ...rows.map(({ label }, i): Column<Mistake> => [label, ({ shares }) => {
        return { value: 100 * shares[i]!, digits: 1, bar: shares[i]! };
      }]),
    ]),
  ];
}

/** How many classes the cells counted: what a record says beside them may be anything. */
function largestOf(rows: readonly Row[]): number {
  return rows.flatMap(({ done }) => done).reduce(
    (most, { confusion = [] }) =>
      confusion.reduce(
        (most, { length }) => Math.max(most, length),
        Math.max(most, confusion.length),
      ),
    0,
  );
}

function sumOf({ done }: Row, classes: number): number[][] {
  const of = (truth: number, prediction: number) =>
    done.reduce((sum, { confusion }) => sum + (confusion?.[truth]?.[prediction] ?? 0), 0);
  return Array.from(
    { length: classes },
    (_, truth) => Array.from({ length: classes }, (_, prediction) => of(truth, prediction)),
  );
}

function mistakesOf(matrices: readonly number[][][], classes: number): Mistake[] {
  const mistakes: Mistake[] = [];
  for (let truth = 0; truth < classes; truth++) {
    const totals = matrices.map((matrix) => matrix[truth]!.reduce((sum, count) => sum + count, 0));
    for (let prediction = 0; prediction < classes; prediction++) {
      if (prediction === truth) continue;
      const shares = matrices.map((matrix, i) => matrix[truth]![prediction]! / totals[i]!);
      if (shares.some((share) => share > 0)) mistakes.push({ truth, prediction, shares });
    }
  }
  const largest = ({ shares }: Mistake) => Math.max(...shares.filter(Number.isFinite));
  return mistakes.sort((a, b) => largest(b) - largest(a)).slice(0, mostPairs);
}
