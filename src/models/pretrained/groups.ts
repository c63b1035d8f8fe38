import { fail } from "./fail.ts";
import type { Hints, Tensors } from "./layout.ts";

/** A normalization's scale, as timm and torchvision name it. */
const scale = /(^|\.)(norm\d?|bn\d|downsample\.1)\.weight$/;

/**
 * How many groups the group normalizations have: the caller's, the config's, or 32, which all
 * published networks have.
 *
 * @param tensors the file's
 * @param hints what else is known
 * @returns the groups
 * @throws {TypeError} if they don't divide the channels
 */
export function groupsOf(tensors: Tensors, { groups, config }: Hints): number {
  const configured = config?.["num_groups"];
  const chosen = groups ?? (typeof configured === "number" ? configured : 32);
  for (const [name, { shape }] of tensors) {
    const [channels = 0] = shape;
    if (!scale.test(name) || channels % chosen === 0) continue;
    fail(
      `groups must divide the ${channels} channels of ${name}: current value is ${chosen}; give ` +
        "{ groups }, the network's own",
    );
  }
  return chosen;
}
