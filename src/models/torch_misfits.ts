/**
 * What a file and a model do not share, and how a message lists it.
 *
 * @module
 */

/** Why a weight is not loaded, or an entry of a file not used. */
export type TorchMisfitReason = "missing" | "misshapen" | "unreadable" | "extra" | "repeated";

/** A weight that a file does not give its value, or an entry of the file that no weight takes. */
export interface TorchMisfit {
  /**
   * - `"missing"`: the model's weight has no entry in the file;
   * - `"misshapen"`: the entry has another shape;
   * - `"unreadable"`: its numbers are of a type that is not read, or it is half of a weight that
   *   PyTorch computes in another way than by standardizing;
   * - `"extra"`: no weight of the model takes the file's entry;
   * - `"repeated"`: the file has two entries for one weight. Never loaded.
   */
  readonly reason: TorchMisfitReason;
  /** The model's weight: its name and shape in PyTorch's form. None for what is extra. */
  readonly model?: { readonly name: string; readonly shape: readonly number[] };
  /** The file's entry. None for what is missing. */
  readonly file?: {
    readonly name: string;
    readonly shape: readonly number[];
    /** The type of its numbers, `"F32"`. */
    readonly dtype: string;
  };
  /** The above in words, `fc.weight [10,32], must be [7,32]`. */
  readonly text: string;
}

/** The order in which a message lists what differs. */
const reasons: readonly TorchMisfitReason[] = [
  "missing",
  "misshapen",
  "unreadable",
  "extra",
  "repeated",
];

/** How many lines of one kind a message bears. */
const mostLines = 10;

/**
 * Misfits as a message lists them: kind by kind.
 *
 * @param misfits as they were found
 */
export function inOrder(misfits: readonly TorchMisfit[]): TorchMisfit[] {
  return reasons.flatMap((kind) => ofReason(misfits, kind));
}

function ofReason(misfits: readonly TorchMisfit[], kind: TorchMisfitReason): TorchMisfit[] {
  return misfits.filter(({ reason }) => reason === kind);
}

/**
 * Throws what keeps a file from being loaded.
 *
 * @param misfits what does not fit
 * @param prefix what all names of the file have before those that fit
 * @param strict whether all must fit
 */
export function failToLoad(
  misfits: readonly TorchMisfit[],
  prefix: string,
  strict: boolean,
): never {
  const differ = `${misfits.length} differ\n${listed(misfits).join("\n")}`;
  if (!strict || prefix === "") {
    const requirement = strict
      ? "the file's entries must be the model's weights, each in its shape"
      : "an entry of the file must be a weight of the model, and none twice";
    throw new TypeError(`Cannot loadTorchWeights as ${requirement}: nothing is loaded, ${differ}`);
  }
  const text = JSON.stringify(prefix);
  throw new TypeError(
    `Cannot loadTorchWeights as all names in the file begin with ${text}, which the model's don't: ` +
      `nothing is loaded; save {k.removeprefix(${text}): v for k, v in weights.items()} in Python` +
      (misfits.length === 0 ? "" : `\nwithout it, ${differ}`),
  );
}

/** The lines of a message. */
function listed(misfits: readonly TorchMisfit[]): string[] {
  return reasons.flatMap((kind) => {
    const all = ofReason(misfits, kind);
    const lines = all.slice(0, mostLines).map(({ text }) => `${kind}: ${text}`);
    const more = all.length - lines.length;
    return more > 0 ? [...lines, `${kind}: ${more} more`] : lines;
  });
}
