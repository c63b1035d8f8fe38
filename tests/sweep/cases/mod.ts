/** All cases, by what they have in common. */
import type { Case } from "../case.ts";
import { binary } from "./binary.ts";
import { convolutions } from "./convolutions.ts";
import { elementwise } from "./elementwise.ts";
import { layers } from "./layers.ts";
import { losses } from "./losses.ts";
import { normalizations } from "./normalizations.ts";
import { picking } from "./picking.ts";
import { pools } from "./pools.ts";
import { products } from "./products.ts";
import { rearranging } from "./rearranging.ts";
import { recurrentLayers } from "./recurrent.ts";
import { reductions } from "./reductions.ts";
import { resizes } from "./resizes.ts";
import { volumes } from "./volumes.ts";
import { windowLayers } from "./window_layers.ts";

/** The cases. */
export const groups: Readonly<Record<string, readonly Case[]>> = {
  elementwise,
  binary,
  products,
  reductions,
  rearranging,
  picking,
  convolutions,
  "convolutions in 3-D, or transposed": volumes,
  pools,
  resizes,
  normalizations,
  losses,
  layers,
  "pooling and resizing layers": windowLayers,
  "recurrent layers": recurrentLayers,
};
