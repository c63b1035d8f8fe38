/**
 * Which tensor of a file belongs to which weight of a model.
 *
 * @module
 */
import type { SafetensorsTensor } from "./safetensors.ts";
import { decodableDtypes } from "./safetensors_dtypes.ts";
import { failToLoad, inOrder, type TorchMisfit } from "./torch_misfits.ts";
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

/** The weights that take an entry, and what does not fit. */
export interface Match {
  /** Weights, each with its entry. */
  readonly pairs: readonly [NamedWeight, FileEntry][];
  /** What does not fit. */
  readonly misfits: readonly TorchMisfit[];
  /** What was taken off all names of the file. */
  readonly prefix: string;
}

/** The count of models that `torch.optim.swa_utils.AveragedModel` keeps beside their mean. */
const averagedCount = "n_averaged";

/**
 * Each weight with its entry.
 *
 * @param weights the model's
 * @param entries the file's
 * @param strict whether all must fit
 * @returns a pair for each weight that fits, and what does not; in strict use that is nothing
 * @throws {TypeError} if they don't fit, or none does, listing what differs
 */
export function pairUp(
  weights: readonly NamedWeight[],
  entries: readonly FileEntry[],
  strict: boolean,
): Match {
  const wanted = entries.filter(({ name }) => name !== averagedCount);
  const found = match(weights, wanted, "");
  if (found.misfits.length === 0) return found;
  const prefixes = commonPrefixes(wanted.map(({ name }) => name));
  const best = prefixes.map((prefix) => match(weights, wanted, prefix)).reduce(
    // Of two that work equally well the longer one is named: `module.` at its end is dropped anyway.
    (best, other) => isBetter(other, best) ? other : best,
    found,
  );
  const mayLoad = !strict && best.pairs.length > 0 &&
    best.misfits.every(({ reason }) => reason !== "repeated");
  if (!mayLoad) failToLoad(best.misfits, best.prefix, strict);
  return { ...best, misfits: inOrder(best.misfits) };
}

function match(
  weights: readonly NamedWeight[],
  entries: readonly FileEntry[],
  prefix: string,
): Match {
  const misfits: TorchMisfit[] = [];
  const rest = new Map<string, FileEntry>();
  for (const entry of entries) {
    const plain = plainTorchName(entry.name.slice(prefix.length));
    const twin = rest.get(plain);
    if (twin !== undefined) {
      const text = `${entry.name} is ${twin.name} too`;
      misfits.push({ reason: "repeated", file: headOf(entry), text });
    }
    rest.set(plain, entry);
  }
  const others = parametersOfOthers(entries);
  const pairs: [NamedWeight, FileEntry][] = [];
  for (const named of weights) {
    const plain = plainTorchName(named.form.name);
    const entry = rest.get(plain);
    const misfit = misfitOf(named.form, entry, others);
    if (misfit !== undefined) misfits.push(misfit);
    else if (entry !== undefined) pairs.push([named, entry]);
    rest.delete(plain);
    rest.delete(plainTorchName(batchCountName(named.form) ?? plain));
  }
  const extra = [...rest.values()].sort((a, b) => Number(isCount(a)) - Number(isCount(b)));
  for (const entry of extra) {
    const text = `${entry.name} [${entry.shape}]`;
    misfits.push({ reason: "extra", file: headOf(entry), text });
  }
  return { pairs, misfits, prefix };
}

/** An entry without its numbers. */
function headOf({ name, shape, dtype }: FileEntry): NonNullable<TorchMisfit["file"]> {
  return { name, shape, dtype };
}

/** Counts of batches are the least telling of the extra entries, and many. */
function isCount({ name }: FileEntry): boolean {
  return name.endsWith(".num_batches_tracked");
}

/** What keeps an entry from being loaded. */
function misfitOf(
  { name, shape }: TorchForm,
  entry: FileEntry | undefined,
  others: ReadonlyMap<string, string>,
): TorchMisfit | undefined {
  const model = { name, shape };
  if (entry === undefined) return { reason: "missing", model, text: `${name} [${shape}]` };
  const file = headOf(entry);
  if (`${entry.shape}` !== `${shape}`) {
    const text = `${entry.name} [${entry.shape}], must be [${shape}]`;
    return { reason: "misshapen", model, file, text };
  }
  if (!decodableDtypes.includes(entry.dtype)) {
    const text = `${entry.name} of ${entry.dtype}, must be ${decodableDtypes.join(", ")}`;
    return { reason: "unreadable", model, file, text };
  }
  const other = others.get(entry.name);
  if (other === undefined) return undefined;
  const text = `${entry.name}, of which PyTorch computes the weight with ${other}: save the ` +
    "weights after torch.nn.utils.parametrize.remove_parametrizations";
  return { reason: "unreadable", model, file, text };
}

/**
 * Raw kernels of which something else than standardization makes the weight, such as spectral
 * normalization, each with a parameter of that.
 */
function parametersOfOthers(entries: readonly FileEntry[]): ReadonlyMap<string, string> {
  return new Map(entries.flatMap(({ name }) => {
    const [, kernel] = /^(.*\.parametrizations\.weight\.)\d+\./.exec(name) ?? [];
    return kernel === undefined ? [] : [[`${kernel}original`, name] as const];
  }));
}

/** How many weights have an entry, whatever its shape and type. */
function met({ pairs, misfits }: Match): number {
  return pairs.length + misfits.filter(({ model, file }) => model && file).length;
}

/**
 * Whether a match that comes later has found more; or as much, where a prefix has found something.
 */
function isBetter(other: Match, best: Match): boolean {
  return met(other) > met(best) || (best.prefix !== "" && met(other) === met(best));
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
