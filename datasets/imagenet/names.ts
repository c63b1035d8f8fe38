/** What the parts of a set of classified pictures are called. */
/** What the parts of a set may be called; where several names for validation are there, the first one counts. */
export const partNames = { train: ["train"], val: ["val", "validation", "test"] } as const;

/** File names of ImageNet's own archives. */
export const officialTars = {
  train: "ILSVRC2012_img_train.tar",
  val: "ILSVRC2012_img_val.tar",
} as const;
