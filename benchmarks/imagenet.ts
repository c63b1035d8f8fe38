/**
 * `deno task bench:imagenet`: a ResNet with and without weight standardization on ImageNet, or on
 * any classified images in a layout that `openClassified` knows.
 *
 * @module
 */
import { main } from "./run/main.ts";
import { imagenet } from "./tasks/suites.ts";

if (import.meta.main) await main(imagenet);
