/**
 * The published claims about Weight Standardization, and what a run says of each.
 *
 * @module
 */
export * from "./claims/claim.ts";
export { claims } from "./claims/table.ts";
export { contrast, quarter, quarterMinusEnd } from "./claims/contrast.ts";
export { judge } from "./claims/judge.ts";
export type { ClaimRow, Finding, Outcome, Verdict } from "./claims/row.ts";
export { protocolDifferences } from "./claims/protocol.ts";
