/**
 * The published claims, and the run's verdict on each.
 *
 * @module
 */
import { judge } from "../../judge/claims/judge.ts";
import type { Result } from "../../record/mod.ts";
import { strong } from "../blocks.ts";
import { claimSentences, claimTable } from "../claims.ts";
import type { Block, Text } from "../document.ts";

/** What the run says of the claims, a sentence each. */
export function claimAnswers(result: Result): Text[] {
  if (result.data.generated) {
    return [[strong(
      "Generated data: this shows that the suite runs. It says nothing about Weight " +
        "Standardization.",
    )]];
  }
  const judged = claimSentences(judge(result));
  return judged.length > 0 ? judged : ["No claim could be judged: the table of claims says why."];
}

/** One row for each claim, and how the run's protocol departs from the published one. */
export function claimBlocks(result: Result): Block[] {
  return claimTable(judge(result));
}
