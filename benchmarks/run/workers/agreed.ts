import type { Agreed } from "../../../src/training/workers/check_agreement.ts";
import type { Result } from "../../record/mod.ts";
import type { Plan } from "../plan.ts";

/**
 * What the workers of a run must have in common, by names that an error can use: all that decides what
 * is trained, on what.
 */
export function agreedOn(
  { suite, profile, config, arms, data, environment }: Result,
  { seeds, cells }: Pick<Plan, "seeds" | "cells">,
): Agreed {
  const settings = Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
  const { oneDnn } = environment;
  return {
    suite,
    profile,
    ...Object.fromEntries(settings),
    arms: arms.map(({ name }) => name).join(", "),
    "arms' settings": JSON.stringify(arms),
    seeds: seeds.join(", "),
    "number of cells": cells.length,
    "commit of this repository": environment.commit ?? "unknown",
    ...(oneDnn !== undefined && { oneDNN: oneDnn }),
    "data set": `${data.name}, ${data.trainingCount} + ${data.validationCount} images`,
    "SHA-256 of the data": data.identity,
  };
}
