/**
 * The published claims about Weight Standardization, and what a run says of each.
 *
 * @module
 */
export * from "../../experiments/claims/claim.ts";
export { claims } from "../../experiments/claims/table.ts";
export { contrast, quarter, quarterMinusEnd } from "./contrast.ts";
export { judge } from "./judge.ts";
export type { ClaimRow, Finding, Outcome, Verdict } from "./row.ts";
export { protocolDifferences } from "./protocol.ts";
