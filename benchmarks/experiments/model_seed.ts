/** What stands for seed 0; the suites take smaller seeds alone, so that it stands for no other. */
export const seedOfZero: number = 2 ** 31 - 1;

/**
 * The seed that one's own model is made with: the cell's, but never 0, which more than one library
 * takes for "no seed". No two seeds become one, and all but 0 stay what they are.
 *
 * @param seed the cell's, a whole number from 0 to 2³¹ − 2
 * @returns the seed, 2³¹ − 1 for 0
 */
export function modelSeed(seed: number): number {
  return seed === 0 ? seedOfZero : seed;
}
