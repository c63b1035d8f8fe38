/** The part of jstat that is used here; the package brings no types. */
interface Distribution<Parameters extends number[]> {
  cdf(x: number, ...parameters: Parameters): number;
  inv(p: number, ...parameters: Parameters): number;
}
export declare const jStat: {
  studentt: Distribution<[degrees: number]>;
  normal: Distribution<[mean: number, standardDeviation: number]>;
};
declare const module: { jStat: typeof jStat };
export default module;
