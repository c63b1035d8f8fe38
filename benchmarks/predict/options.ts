import { labelConventions } from "../../datasets/segmented.ts";
import * as common from "../cli/common.ts";
import { type Asked, option } from "../cli/options.ts";
import { count, file, folder, nameOf, text } from "../ground/value_kinds.ts";
import { whichWeights } from "../record/mod.ts";

const module = text("FILE.ts", "a module's path");

/** How masks of the truth are read, in words. */
const asTrained = "as the masks that it was trained on";

export const predictOptions = {
  run: option(folder, "the run's folder, with the weights that it kept (--keep)", {
    required: true,
  }),
  arm: option(text("NAME", "an arm's name"), "the arm", { required: true }),
  seed: option(count(), "the cell's seed", { usual: "the first whose weights are kept" }),
  which: option(
    nameOf("--which", whichWeights),
    "weights of the last step or of the best evaluation",
    { usual: "last where they are kept" },
  ),
  out: option(folder, "where predictions go", { required: true }),
  truth: option(
    folder,
    "masks called as the images are, or a folder a class: adds scores and confusion",
  ),
  labels: option(
    nameOf("--labels", labelConventions),
    "which numbers of --truth's masks are classes",
    {
      usual: asTrained,
      excludes: ["palette"],
    },
  ),
  palette: option(file, "the classes of --truth's masks in colours: `r g b name` a line", {
    usual: asTrained,
  }),
  arms: option(module, "the module of arms, where the run had --arms FILE.ts"),
  model: option(module, "the module that makes the model, where the run had --model FILE.ts"),
  backend: option(common.backendName, "what computes", { usual: common.bestBackend }),
  batchSize: option(count(1), "images at once", { usual: "as many as the run evaluated at once" }),
  skipBad: option(count(), "pass over up to N images that cannot be used, and name them", {
    default: 0,
  }),
  force: common.force,
};

/** What the command line asks for. */
export type PredictAsked = Asked<typeof predictOptions>;
