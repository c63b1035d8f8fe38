/** The part of jstat that is used here; the package brings no types. */
export declare const jStat: {
  studentt: {
    cdf(x: number, degrees: number): number;
    inv(p: number, degrees: number): number;
  };
  noncentralt: { cdf(x: number, degrees: number, shift: number): number };
  rank(values: readonly number[]): number[];
  models: {
    /** Here with two columns: coefficients, their standard errors, and R². */
    ols(y: number[], columns: number[][]): {
      coef: [number, number];
      t: { se: [number, number] };
      R2: number;
    };
  };
};
declare const module: { jStat: typeof jStat };
export default module;
