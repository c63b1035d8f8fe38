import assert from "node:assert/strict";
import { blocksOf, recordOf, resultOf } from "../../timing/synthetic.ts";
import { markdownOf } from "../forms.ts";

Deno.test("report.md says what stands behind a ratio, by the rounds that were asked for", () => {
  const told = (rounds: number) => {
    const result = resultOf([
      recordOf("plain", blocksOf(rounds, 5)),
      recordOf("ws", blocksOf(rounds, 6)),
    ]);
    return markdownOf({ ...result, config: { ...result.config, rounds } });
  };
  for (const rounds of [30, 31]) {
    assert.match(told(rounds), /in brackets the 95 % bootstrap interval .*fewer than 30 rounds/);
  }
  assert.match(told(29), /in parentheses the smallest and the largest, as 30 rounds are needed/);
  assert.doesNotMatch(told(29), /in brackets/);
});
