/** Which mutants are drawn, and in what order: decided by a seed and the sources alone. */
import { generatorFor, integer } from "../../datasets/random.ts";
import type { Mutant } from "./mutant.ts";

/** The sources of one folder. */
export interface Stratum {
  folder: string;
  lines: number;
  mutants: readonly Mutant[];
}

/** What a draw asks before it takes a mutant: whether the mutant's file still type-checks. */
export type Accepts = (mutant: Mutant) => Promise<boolean>;

/**
 * Draws mutants without end, or until there are no more. Folders take turns so that after any number of draws each has
 * its share by lines; within a folder each kind of fault is as likely as another, and within a kind each place. A
 * mutant that is not accepted is replaced by another of the same folder. A longer sequence begins with the shorter one.
 *
 * @param strata the folders
 * @param seed an integer
 * @param accepts whether a mutant counts
 */
export async function* draw(
  strata: readonly Stratum[],
  seed: number,
  accepts: Accepts,
): AsyncGenerator<Mutant, void, undefined> {
  const lines = strata.reduce((sum, stratum) => sum + stratum.lines, 0);
  const open = strata.map((stratum) => ({
    share: stratum.lines / lines,
    drawn: 0,
    kinds: kindsOf(stratum.mutants),
  }));
  for (let count = 1;; count++) {
    const left = open.filter(({ kinds }) => kinds.length > 0);
    if (left.length === 0) return;
    const lag = ({ share, drawn }: typeof left[number]) => share * count - drawn;
    const next = left.reduce((most, stratum) => lag(stratum) > lag(most) ? stratum : most);
    const mutant = await take(next.kinds, generatorFor(seed, count), accepts);
    next.drawn += 1;
    if (mutant !== undefined) yield mutant;
  }
}

/** Takes mutants out of their kinds, until one is accepted. */
async function take(
  kinds: Mutant[][],
  generator: ReturnType<typeof generatorFor>,
  accepts: Accepts,
): Promise<Mutant | undefined> {
  while (kinds.length > 0) {
    const kind = integer(generator, 0, kinds.length - 1);
    const mutants = kinds[kind] as Mutant[];
    const [mutant] = mutants.splice(integer(generator, 0, mutants.length - 1), 1);
    if (mutants.length === 0) kinds.splice(kind, 1);
    if (mutant !== undefined && await accepts(mutant)) return mutant;
  }
  return undefined;
}

function kindsOf(mutants: readonly Mutant[]): Mutant[][] {
  return [...Map.groupBy(mutants, ({ operator }) => operator)]
    .sort(([one], [other]) => one < other ? -1 : 1)
    .map(([, kind]) => kind);
}
