/**
 * Names of the parts of a set of classified pictures.
 *
 * @module
 */
/** Names of the parts; of several for validation the first one found is used. */
export const partNames = { train: ["train"], val: ["val", "validation", "test"] } as const;

/** File names of ImageNet's own archives. */
export const officialTars = {
  train: "ILSVRC2012_img_train.tar",
  val: "ILSVRC2012_img_val.tar",
} as const;
