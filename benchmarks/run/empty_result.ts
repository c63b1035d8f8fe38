import { isDeepStrictEqual } from "node:util";
import type { SelectedBackend } from "../../src/backends/select.ts";
import * as tf from "../../src/tf.ts";
import { environment } from "../record/environment.ts";
import { seedOfZero } from "../experiments/seeds.ts";
import type { Plan } from "./plan.ts";
import type { CommonProfile } from "../experiments/profiles/common.ts";
import { laterSettings } from "../experiments/profiles/vision.ts";
import { type Arm, type Json, type Result, schemaVersion } from "../record/mod.ts";
import type { Experiment } from "./experiment.ts";

/** A run's record before its first cell. */
export async function emptyResult<P extends CommonProfile>(
  experiment: Experiment<P>,
  { task, arms: planned, seeds, warnings, workers }: Plan,
  arms: readonly Arm[],
  backend: SelectedBackend,
): Promise<Result> {
  const { suite, profileName, contrasts, grid, program, command } = experiment;
  return {
    schemaVersion,
    kind: "cells",
    suite: suite.name,
    profile: profileName,
    title: suite.title,
    config: configOf(experiment, sharedWeights(planned, arms), workers),
    arms: [...arms],
    contrasts: contrasts.map((contrast) => ({ ...contrast, weights: { ...contrast.weights } })),
    ...(grid !== undefined && { grid: structuredClone(grid) as Result["grid"] & object }),
    ...(program !== undefined && { source: program }),
    seeds: [...seeds],
    mainMetric: task.mainMetric,
    data: task.data,
    ...(task.constantPrediction && { constantPrediction: task.constantPrediction }),
    environment: await environment({
      ...backend,
      backend: tf.getBackend(),
      backendVersion: backend.version,
      tensorflowjs: tf.version_core,
    }),
    command,
    createdAt: new Date().toISOString(),
    cells: [],
    panels: task.panels,
    warnings: [...warnings],
  };
}

/** The SHA-256 of the file that the arms without their own begin from. */
function sharedWeights(planned: Plan["arms"], arms: readonly Arm[]): string | undefined {
  const shared = arms.filter(({ settings = {} }) => !("initialWeights" in settings));
  const names = shared.map(({ name }) => name);
  return planned.find(({ name }) => names.includes(name))?.task.initialWeights?.sha256;
}

/** The values that decide what is computed, but for those of a network that no arm has. */
function configOf<P extends CommonProfile>(
  { suite, profile, arms, model, modelName, deterministic = false }: Experiment<P>,
  weightsSha256: string | undefined,
  workers: number,
): Record<string, Json> {
  const {
    description: _,
    seeds: __,
    checkpointInterval: ___,
    checkpointsToKeep: ____,
    ...settings
  } = profile; // how often it is saved is free to change when it is resumed
  const own = arms.filter((arm) => (arm.model ?? model) !== undefined);
  const idle: readonly string[] = own.length === arms.length ? suite.networkSettings : [];
  const config = Object.entries(settings as Record<string, Json>)
    .filter(([key]) => !idle.includes(key))
    .filter(([key, value]) => !isDeepStrictEqual(value, laterSettings[key]))
    .filter(([key]) => workers > 1 || key !== "synchronizedBatchNorm"); // of one it changes nothing
  return {
    ...Object.fromEntries(config),
    ...(weightsSha256 !== undefined && { initialWeightsSha256: weightsSha256 }),
    model: modelName,
    ...(workers > 1 && { workers }),
    ...(deterministic && { deterministic }),
    // Runs of earlier releases have other weights with seed 0: they cannot be resumed.
    ...(own.length > 0 && { modelSeedOf0: seedOfZero }),
  };
}
