/**
 * Which tensor of a file belongs to which weight of a model.
 *
 * @module
 */
import type { SafetensorsTensor } from "./safetensors.ts";
import { decodableDtypes } from "./safetensors_dtypes.ts";
import { batchCountName, type LayerWeight, plainTorchName, type TorchForm } from "./torch_names.ts";

/** A weight of ours, and its form in PyTorch. */
export interface NamedWeight {
  readonly weight: LayerWeight;
  readonly form: TorchForm;
}

/** A tensor of a file, under the name that it has there. */
export interface FileEntry extends SafetensorsTensor {
  readonly name: string;
}

/** What keeps a file from being loaded, each kind in its own list. */
type Problems = Record<"missing" | "misshapen" | "unreadable" | "extra" | "repeated", string[]>;

/** The weights that have an entry, and what is wrong. */
interface Match {
  pairs: [NamedWeight, FileEntry][];
  problems: Problems;
}

/** The count of models that `torch.optim.swa_utils.AveragedModel` keeps beside their mean. */
const averagedCount = "n_averaged";

/** How many lines of one kind a message bears. */
const mostLines = 10;

/**
 * Each weight with its entry.
 *
 * @param weights the model's
 * @param entries the file's
 * @returns a pair for each weight
 * @throws {TypeError} if they don't fit, listing what differs
 */
export function pairUp(
  weights: readonly NamedWeight[],
  entries: readonly FileEntry[],
): [NamedWeight, FileEntry][] {
  const wanted = entries.filter(({ name }) => name !== averagedCount);
  const found = match(weights, wanted, "");
  if (countOf(found) === 0) return found.pairs;
  const prefixes = commonPrefixes(wanted.map(({ name }) => name));
  const bare = prefixes.map((prefix) => ({ prefix, ...match(weights, wanted, prefix) }));
  const best = bare.reduce<Match & { prefix: string }>(
    // Of two that work equally well the longer one is named: `module.` at its end is dropped anyway.
    (best, other) => isBetter(other, best) ? other : best,
    { prefix: "", ...found },
  );
  failToLoad(best, best.prefix);
}

function match(
  weights: readonly NamedWeight[],
  entries: readonly FileEntry[],
  prefix: string,
): Match {
  const problems: Problems = {
    missing: [],
    misshapen: [],
    unreadable: [],
    extra: [],
    repeated: [],
  };
  const rest = new Map<string, FileEntry>();
  for (const entry of entries) {
    const plain = plainTorchName(entry.name.slice(prefix.length));
    const twin = rest.get(plain);
    if (twin !== undefined) problems.repeated.push(`${entry.name} is ${twin.name} too`);
    rest.set(plain, entry);
  }
  const pairs: [NamedWeight, FileEntry][] = [];
  for (const named of weights) {
    const plain = plainTorchName(named.form.name);
    const entry = rest.get(plain);
    noteMisfit(problems, named.form, entry);
    if (entry !== undefined) pairs.push([named, entry]);
    rest.delete(plain);
    rest.delete(plainTorchName(batchCountName(named.form) ?? plain));
  }
  const extra = [...rest.values()].sort((a, b) => Number(isCount(a)) - Number(isCount(b)));
  for (const { name, shape } of extra) problems.extra.push(`${name} [${shape}]`);
  return { pairs, problems };
}

/** Counts of batches are the least telling of the extra entries, and many. */
function isCount({ name }: FileEntry): boolean {
  return name.endsWith(".num_batches_tracked");
}

/** What keeps an entry from being loaded. */
function noteMisfit(
  { missing, misshapen, unreadable }: Problems,
  { name, shape }: TorchForm,
  entry: FileEntry | undefined,
): void {
  if (entry === undefined) missing.push(`${name} [${shape}]`);
  else if (`${entry.shape}` !== `${shape}`) {
    misshapen.push(`${entry.name} [${entry.shape}], must be [${shape}]`);
  } else if (!decodableDtypes.includes(entry.dtype)) {
    unreadable.push(`${entry.name} of ${entry.dtype}, must be ${decodableDtypes.join(", ")}`);
  }
}

/**
 * Whether a match that comes later has found more; or as much, where a prefix has found something.
 */
function isBetter({ pairs }: Match, best: Match & { prefix: string }): boolean {
  return pairs.length > best.pairs.length ||
    (best.prefix !== "" && pairs.length === best.pairs.length);
}

function countOf({ problems }: Match): number {
  return Object.values(problems).reduce((sum, { length }) => sum + length, 0);
}

/** What all names begin with, up to each of its dots: `a.`, `a.b.`, … */
function commonPrefixes(names: readonly string[]): string[] {
  const prefixes: string[] = [];
  const [first = "", ...others] = names;
  for (let dot = first.indexOf("."); dot >= 0; dot = first.indexOf(".", dot + 1)) {
    const prefix = first.slice(0, dot + 1);
    if (!others.every((name) => name.startsWith(prefix))) break;
    prefixes.push(prefix);
  }
  return prefixes;
}

function failToLoad(match: Match, prefix: string): never {
  const count = countOf(match);
  const differ = `${count} differ\n${listed(match.problems).join("\n")}`;
  if (prefix === "") {
    throw new TypeError(
      "Cannot loadTorchWeights as the file's entries must be the model's weights, each in its " +
        `shape: nothing is loaded, ${differ}`,
    );
  }
  const text = JSON.stringify(prefix);
  throw new TypeError(
    `Cannot loadTorchWeights as all names in the file begin with ${text}, which the model's don't: ` +
      `nothing is loaded; save {k.removeprefix(${text}): v for k, v in weights.items()} in Python` +
      (count === 0 ? "" : `\nwithout it, ${differ}`),
  );
}

/** The lines of a message. */
function listed(problems: Problems): string[] {
  return Object.entries(problems).flatMap(([kind, all]) => {
    const lines = all.slice(0, mostLines).map((text) => `${kind}: ${text}`);
    const more = all.length - lines.length;
    return more > 0 ? [...lines, `${kind}: ${more} more`] : lines;
  });
}
