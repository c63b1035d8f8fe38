/**
 * The profiles of `bench:norms`: six normalizations, each without and with weight standardization, on
 * the task, the data and the recipe of `bench:imagenet`.
 *
 * | profile | command | expected | time |
 * | --- | --- | --- | --- |
 * | quick | `deno task bench:norms` | six arms train; no verdict, as its pictures are generated | under 2 min on 2 cores |
 * | proxy | `deno task bench:norms --profile proxy --data DIR` | not known: a small network on small images, in each of twelve arms | six times `bench:imagenet`'s |
 * | paper | `deno task bench:norms --profile paper --data DIR` | `gn-ws` above `gn`, as its authors publish; half of `bn`'s throughput and a lower top-1, as Composer says of it | not known |
 *
 * Sources: those of `bench:imagenet`; joe-siyuan-qiao/pytorch-classification (group norm with WS),
 * mosaicml/composer, PR 1562 (layer and group norm with WS).
 *
 * @module
 */
import {
  type ClassificationProfile,
  networkSettings as classificationNetwork,
  profiles as classification,
} from "./imagenet.ts";

/** A run over normalizations, as data. Every value can be replaced by `--set key=value`. */
export interface NormsProfile extends ClassificationProfile {
  /** The formula of weight standardization, by its name in `src/standardization/variants.ts`. */
  variant: string;
  /** Groups of channels of GN and BCN; 0 for 32, and fewer where a layer has few channels. */
  groups: number;
}

const own = { variant: "composer", groups: 0 };

const { quick, proxy, paper } = classification as Record<string, ClassificationProfile>;

/** The values that make the suite's own network. */
export const networkSettings: readonly (keyof NormsProfile)[] = [
  ...classificationNetwork,
  "groups",
];

/** The profiles by name. */
export const profiles: Readonly<Record<string, NormsProfile>> = {
  quick: {
    ...quick!,
    ...own,
    description: "six arms on generated pictures, under two minutes on two cores: no verdict",
    seeds: [0],
  },
  proxy: { ...proxy!, ...own },
  paper: { ...paper!, ...own },
};
