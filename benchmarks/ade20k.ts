/**
 * `deno task bench:ade20k`: DeepLabv3+ with and without weight standardization on ADE20k, or on any
 * data set in its layout.
 *
 * @module
 */
import { main } from "./run/main.ts";
import { ade20k } from "./tasks/suites.ts";

if (import.meta.main) await main(ade20k);
