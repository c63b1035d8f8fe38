import * as tf from "../tf.ts";

/** A normalization whose moving statistics are still largely those that it began with. */
export interface StaleStatistics {
  /** The layer's name. */
  layer: string;
  /** The share of its statistics that an update keeps. */
  momentum: number;
  /** The share of the initial statistics that is left at the end: `momentum^updates`. */
  share: number;
}

/** With more than this left of it, a variance of 1 where 0.1 would be right makes that 0.145. */
const mostLeft = 0.05;

/** A layer with statistics that move. */
export interface Normalization extends tf.layers.Layer {
  momentum: number;
  movingMean: tf.LayerVariable;
  movingVariance: tf.LayerVariable;
}

/**
 * The normalizations of a model whose moving statistics will be largely initial ones after so many
 * updates: a variance of 1 that was never measured, by which inference normalizes. `0.99^32 = 0.72`.
 * Statistics that do not begin at mean 0 and variance 1, as of a trained model, are not counted.
 *
 * @param model the model before its first step, nested models included
 * @param updates how often statistics will be updated, at least: once a microbatch
 * @returns the layers, the most stale first
 */
export async function staleStatistics(
  model: tf.LayersModel,
  updates: number,
): Promise<StaleStatistics[]> {
  const found: StaleStatistics[] = [];
  for (const layer of normalizationsOf(model)) {
    const { name, momentum } = layer;
    if (momentum ** updates > mostLeft && await isInitial(layer)) {
      found.push({ layer: name, momentum, share: 1 });
    }
  }
  return afterUpdates(found, updates);
}

/** Those of them that are still stale after so many updates. */
export function afterUpdates(
  stale: readonly StaleStatistics[],
  updates: number,
): StaleStatistics[] {
  return stale.map((each) => ({ ...each, share: each.momentum ** updates }))
    .filter(({ share }) => share > mostLeft)
    .sort((a, b) => b.share - a.share);
}

/**
 * What to say of them, and what to do.
 *
 * @param stale at least one
 * @param updates how often their statistics will be updated
 * @returns two sentences, without their full stops
 */
export function staleText(
  stale: readonly StaleStatistics[],
  updates: number,
): { message: string; advice: string } {
  const [{ layer, momentum, share }, ...others] = stale as [StaleStatistics, ...StaleStatistics[]];
  const rest = others.length > 0 ? ` and ${others.length} more` : "";
  const left = `${momentum}^${updates} = ${Number((100 * share).toPrecision(2))} %`;
  const fitting = mostLeft ** (1 / Math.max(1, updates));
  const rounded = Math.floor(fitting * 100) / 100;
  return {
    message: `Evaluations normalize by moving statistics that training moves too slowly: after ` +
      `${updates} updates ${left} of the initial mean 0 and variance 1 are left in ${layer}${rest}`,
    advice: `Set its momentum to ${rounded} or less, or train longer`,
  };
}

/**
 * The normalizations of a model that have moving statistics, those of nested models among them.
 *
 * @param model the model
 * @returns its layers, each once
 */
export function normalizationsOf(model: tf.LayersModel): Normalization[] {
  const found = new Set<Normalization>();
  const visit = (layer: tf.layers.Layer): void => {
    const { layers, layer: wrapped } = layer as {
      layers?: tf.layers.Layer[];
      layer?: tf.layers.Layer;
    };
    if (Array.isArray(layers)) layers.forEach(visit);
    if (wrapped instanceof tf.layers.Layer) visit(wrapped);
    if (hasMovingStatistics(layer)) found.add(layer);
  };
  visit(model);
  return [...found];
}

function hasMovingStatistics(layer: tf.layers.Layer): layer is Normalization {
  const { momentum, movingMean, movingVariance } = layer as Partial<Normalization>;
  return typeof momentum === "number" && movingMean != null && movingVariance != null;
}

async function isInitial({ movingMean, movingVariance }: Normalization): Promise<boolean> {
  const distance = tf.tidy(() => {
    const [mean, variance] = [movingMean.read(), movingVariance.read()];
    return tf.add(tf.sum(tf.abs(mean)), tf.sum(tf.abs(tf.sub(variance, 1))));
  });
  try {
    return (await distance.data())[0] === 0;
  } finally {
    distance.dispose();
  }
}
