/** Which mutants count: those that type-check, as the gate catches the others. */
import { keyOf, type Mutant } from "./mutant.ts";
import type { Log } from "./log.ts";
import type { Workspace } from "./workspace.ts";

/** How long the types of a file and of what it imports may take. */
const limitMs = 300_000;

/** Checks mutants' types, those once that the log does not know. */
export class TypeCheck {
  readonly #log: Log;
  readonly #workspace: Workspace;
  readonly #known: ReadonlyMap<string, boolean>;
  #rejected = 0;

  /**
   * @param log what was found before, and where it is written
   * @param workspace where files are checked
   */
  constructor(log: Log, workspace: Workspace) {
    this.#log = log;
    this.#workspace = workspace;
    this.#known = new Map(
      log.entries.flatMap((entry) =>
        entry.type === "baseline" ? [] : [[entry.key, entry.type === "outcome"]]
      ),
    );
  }

  /** How many were rejected. */
  get rejected(): number {
    return this.#rejected;
  }

  /**
   * Whether a mutant's file type-checks. Its readers need no check: what a module exports has its type written down
   * (`isolatedDeclarations`), which a mutant does not change.
   */
  async accepts(mutant: Mutant): Promise<boolean> {
    const key = keyOf(mutant);
    const known = this.#known.get(key);
    const passed = known ?? await this.#check(mutant);
    if (!passed) this.#rejected += 1;
    if (!passed && known === undefined) await this.#log.add({ type: "rejected", key });
    return passed;
  }

  async #check(mutant: Mutant): Promise<boolean> {
    return (await this.#workspace.deno(["check", mutant.file], limitMs, mutant)).passed;
  }
}
