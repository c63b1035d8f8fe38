/**
 * Which changes do not matter, as data. A verdict wants an interval that lies entirely on one side.
 *
 * @module
 */

/** Changes up to here are no regression and no improvement. */
export const tolerances = {
  /**
   * Of a step's time, in percent: two builds of the same code differ by up to about that on a
   * quiet machine, depending on where their memory lies.
   */
  timePercent: 3,
  /**
   * Of what an arm adds to a step in two stored results, in points of the baseline's step. Larger,
   * as each was timed in one process, and its interval does not cover the scatter between processes.
   */
  overheadPoints: 5,
  /**
   * Of mIoU or top-1, in points: what claim C1 calls similar. Another order of the same sums, such
   * as another backend's, changes a score of the quick suite by about 0.2.
   */
  qualityPoints: 0.3,
} as const;
