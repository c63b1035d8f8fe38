/** What a page has to bundle that puts weight standardization into its model. */
import { applyWeightStandardization, type tf } from "../../mod.ts";

declare const model: tf.LayersModel;
applyWeightStandardization(model);
