/**
 * Optimizers as PyTorch and Composer define them, for schedules and recorded steps.
 *
 * @module
 */
export { AdamOptimizer, type AdamOptions } from "./optimizers/adam_optimizer.ts";
export { AdamW, adamw } from "./optimizers/adamw.ts";
export { DecoupledAdamW, decoupledAdamw } from "./optimizers/decoupled_adamw.ts";
export { DecoupledSgdw, decoupledSgdw } from "./optimizers/decoupled_sgdw.ts";
export type { NamedTensor } from "./optimizers/optimizer_arguments.ts";
export { MomentumOptimizer, type MomentumOptions } from "./optimizers/momentum_optimizer.ts";
export type { MomentumRule } from "./optimizers/momentum_update.ts";
export { Sgd, sgd, type SgdOptions } from "./optimizers/sgd.ts";
export { SlotOptimizer, type SlotOptions } from "./optimizers/slot_optimizer.ts";
export type { SlotKind } from "./optimizers/slots.ts";
