/**
 * Optimizers as PyTorch and Composer define them, for schedules and recorded steps.
 *
 * @module
 */
export { DecoupledSgdw, decoupledSgdw } from "./optimizers/decoupled_sgdw.ts";
export {
  MomentumOptimizer,
  type MomentumOptions,
  type NamedTensor,
  type UpdateRule,
} from "./optimizers/momentum_optimizer.ts";
export { Sgd, sgd, type SgdOptions } from "./optimizers/sgd.ts";
