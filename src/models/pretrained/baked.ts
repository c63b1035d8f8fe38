import type { SafetensorsTensor } from "../safetensors.ts";
import { decodableDtypes, decodeFloat32 } from "../safetensors_dtypes.ts";

/** How far sums are from what they are without rounding, in filters that were saved as bfloat16. */
const tolerance = 1e-3;

/**
 * Whether kernels are standardized already, as a baked model is saved: nothing in its file says so,
 * and standardized once more they give other outputs wherever epsilon counted. Each filter has a
 * mean of zero then, or a variance of one. No trained kernels are like that: their means stay where
 * chance put them, as no gradient of a standardized kernel moves them.
 *
 * @param kernels PyTorch's layout, filters first
 */
export function isBaked(kernels: Iterable<SafetensorsTensor>): boolean {
  let [isCentred, isScaled, isBlank] = [true, true, true];
  for (const { dtype, shape: [filters = 0], bytes } of kernels) {
    if (!decodableDtypes.includes(dtype)) return false;
    const values = decodeFloat32(dtype, bytes);
    const size = values.length / filters;
    for (let begin = 0; begin < values.length; begin += size) {
      const { mean, variance } = momentsOf(values.subarray(begin, begin + size));
      isCentred &&= Math.abs(mean) <= tolerance * Math.sqrt(variance);
      isScaled &&= Math.abs(variance - 1) <= tolerance;
      if (!isCentred && !isScaled) return false;
      isBlank &&= variance === 0;
    }
  }
  return !isBlank;
}

function momentsOf(values: Float32Array): { mean: number; variance: number } {
  let [sum, squares] = [0, 0];
  for (const value of values) sum += value;
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / values.length };
}
