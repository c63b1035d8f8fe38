/**
 * Pilots: grids of learning rates, which may continue one another.
 *
 * @module
 */
import type { ReferencePart } from "../part.ts";
import { pilot, set } from "./words.ts";

/** Learning rates that some arms are tried at. An arm takes its own from all grids that have it. */
export interface Grid {
  name: string;
  question: string;
  arms: readonly string[];
  learningRates: string;
  /** How many a run has; the last one chooses. */
  evaluations: number;
}

/** The pilot of a grid, with what all pilots of its suite have: its words name neither arms nor rates. */
export function pilotOf(
  { name, question, arms, learningRates, evaluations }: Grid,
  { words, ...common }: Omit<ReferencePart, "name" | "question" | "stage">,
): ReferencePart {
  return {
    ...common,
    name,
    question,
    stage: "pilot",
    words: [
      ...words,
      ...["--arms", arms.join(","), ...pilot],
      ...set({ learningRates, evaluations }),
    ],
  };
}
