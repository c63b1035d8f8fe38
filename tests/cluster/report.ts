/** A thing that this machine cannot show. */
export class Skipped extends Error {
  override name = "Skipped";
}

/** Counts checks, and prints a line for each. */
export class Report {
  #counts = { passed: 0, failed: 0, skipped: 0 };

  /**
   * @param say takes a line
   * @param signal once it is aborted, what fails does so because of that, and does not count
   */
  constructor(
    private readonly say: (line: string) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** How many have failed. */
  get failed(): number {
    return this.#counts.failed;
  }

  /** How many ended how. */
  get summary(): string {
    const { passed, failed, skipped } = this.#counts;
    return `${passed} passed, ${failed} failed, ${skipped} skipped`;
  }

  /**
   * Runs a check, and prints how it ended.
   *
   * @param name what is checked
   * @param check throws where it is not so; what it saw is the text that it returns, or tells
   * @returns what the check has returned; nothing where it failed
   */
  async run<T>(
    name: string,
    check: (tell: (seen: string) => void) => Promise<T>,
  ): Promise<T | undefined> {
    const started = performance.now();
    let seen = "";
    const print = (outcome: string, text: string) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      this.say(`${outcome.padEnd(7)} ${seconds.padStart(5)} s  ${name}${text && `: ${text}`}`);
    };
    try {
      const returned = await check((text) => seen = text);
      this.#counts.passed++;
      print("ok", typeof returned === "string" ? returned : seen);
      return returned;
    } catch (error) {
      if (this.signal.aborted) return undefined;
      const isSkipped = error instanceof Skipped;
      this.#counts[isSkipped ? "skipped" : "failed"]++;
      print(isSkipped ? "skipped" : "failed", error instanceof Error ? error.message : `${error}`);
      return undefined;
    }
  }
}
