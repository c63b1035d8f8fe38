import * as common from "../cli/common.ts";
import { type Asked, flag, option } from "../cli/options.ts";
import { count, folder, text } from "../ground/value_kinds.ts";
import { maskOptions } from "../run/options.ts";

export const dataCheckOptions = {
  decode: flag(
    "decode all images, with the codecs in wasm and, where it may be loaded, TensorFlow's decoder",
  ),
  ...maskOptions,
  trainingList: option(
    text("NAME", "a list's name"),
    "what is trained on, of PASCAL VOC's lists",
    { usual: "train" },
  ),
  out: option(folder, "a folder for the report, tables and a contact sheet", { usual: "none" }),
  images: option(count(), "how many images the contact sheet shows", { default: 12 }),
  loaderThreads: option(common.threads, "threads that read images, 0 for the main one alone", {
    usual: "what fits the machine",
  }),
  force: common.force,
};

/** What the command line asks for. */
export type DataCheckAsked = Asked<typeof dataCheckOptions>;
