/** The factor of the base learning rate at a step, counted from 0, of a run of `totalSteps`. */
export type Schedule = (step: number, totalSteps: number) => number;
