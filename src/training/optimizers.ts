/**
 * Optimizers as PyTorch and Composer define them, for schedules and recorded steps.
 *
 * @module
 */
export { DecoupledSgdw, decoupledSgdw } from "./optimizers/decoupled_sgdw.ts";
export type { NamedTensor } from "./optimizers/momentum_arguments.ts";
export { MomentumOptimizer, type MomentumOptions } from "./optimizers/momentum_optimizer.ts";
export type { MomentumRule } from "./optimizers/momentum_update.ts";
export { Sgd, sgd, type SgdOptions } from "./optimizers/sgd.ts";
