/** Whether the tests notice a mutant. */
import type { Baseline, Outcome } from "./log.ts";
import type { Mutant } from "./mutant.ts";
import type { Workspace } from "./workspace.ts";

/** How long a test may take without a mutant; one that takes longer is not used. */
const slowestMs = 150_000;

/** How long a test may take with a mutant: a loop without an end is noticed, a busy machine is not. */
const limitOf = (baseline: Baseline | undefined): number =>
  baseline === undefined ? slowestMs : 30_000 + 5 * baseline.ms;

/** Judges mutants by their tests. */
export class Judge {
  readonly #testArguments: readonly string[];
  readonly #baselines = new Map<string, Promise<Baseline>>();
  readonly #onBaseline: (baseline: Baseline) => Promise<void>;

  /**
   * @param testArguments Deno's arguments for a test, without the test
   * @param known tests that were measured before
   * @param onBaseline is told of each further one
   */
  constructor(
    testArguments: readonly string[],
    known: readonly Baseline[],
    onBaseline: (baseline: Baseline) => Promise<void>,
  ) {
    this.#testArguments = testArguments;
    this.#onBaseline = onBaseline;
    for (const baseline of known) this.#baselines.set(baseline.test, Promise.resolve(baseline));
  }

  /**
   * Runs tests in their order until one notices. Only one that passes without the mutant can; so a failing test is run
   * without, once for all mutants.
   *
   * @param workspace where
   * @param mutant the mutant
   * @param tests the tests, nearest first
   */
  async judge(
    workspace: Workspace,
    mutant: Mutant,
    tests: readonly string[],
  ): Promise<Pick<Outcome, "status" | "tests" | "ms">> {
    const run: string[] = [];
    let ms = 0;
    for (const test of tests) {
      const known = await this.#baselines.get(test);
      if (known?.passed === false) continue;
      const limitMs = limitOf(known);
      const ended = await workspace.deno([...this.#testArguments, test], limitMs, mutant);
      ms += ended.ms;
      const counts = ended.passed || (await this.#baselineOf(workspace, test)).passed;
      if (counts) run.push(test);
      if (counts && !ended.passed) {
        return { status: ended.timedOut ? "timed out" : "killed", tests: run, ms };
      }
    }
    return { status: run.length > 0 ? "survived" : "untested", tests: run, ms };
  }

  #baselineOf(workspace: Workspace, test: string): Promise<Baseline> {
    const known = this.#baselines.get(test);
    if (known !== undefined) return known;
    const measured = this.#measure(workspace, test);
    this.#baselines.set(test, measured);
    return measured;
  }

  async #measure(workspace: Workspace, test: string): Promise<Baseline> {
    const { passed, ms } = await workspace.deno([...this.#testArguments, test], slowestMs);
    const baseline = { type: "baseline", test, passed, ms } as const;
    await this.#onBaseline(baseline);
    return baseline;
  }
}
