import type { Grid } from "../grid.ts";

/** Where the arms of `bench:smoothness` lie: each norm without WS and with it. */
export const smoothnessGrid: Grid = {
  axes: [
    { name: "normalization", label: "normalization", levels: ["BN", "GN"] },
    { name: "WS", label: "weight standardization", levels: ["without WS", "with WS"] },
  ],
  at: {
    bn: ["BN", "without WS"],
    "bn-ws": ["BN", "with WS"],
    gn: ["GN", "without WS"],
    "gn-ws": ["GN", "with WS"],
  },
  effect: "WS",
};
