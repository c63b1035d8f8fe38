import * as common from "../cli/common.ts";
import { type Asked, option, repeated } from "../cli/options.ts";
import { count, file } from "../ground/value_kinds.ts";

export const doctorOptions = {
  backend: repeated(common.backendName, "examine this backend alone", {
    usual: "all that there are",
  }),
  out: option(file, "a file for the Markdown", { usual: "stdout" }),
  seconds: option(count(1), "how long each backend's steps are timed", { default: 3 }),
  limit: option(count(1), "seconds after which a backend's process is ended", { default: 120 }),
};

/** What the command line asks for. */
export type DoctorAsked = Asked<typeof doctorOptions>;
