/**
 * A seed for each name, so that a model's weights depend neither on the order in which its layers
 * are made nor on what else the model holds.
 *
 * @param seed the model's seed, an integer
 * @param name the layer's name
 * @returns an unsigned 32-bit integer: FNV-1a of the name, begun from the seed
 */
export function seedFor(seed: number, name: string): number {
  let hash = Math.imul(0x811c9dc5 ^ seed, 0x01000193);
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}
