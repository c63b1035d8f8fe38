import { fail } from "./fail.ts";
import type { Config } from "./layout.ts";

/**
 * Refuses a config of another network, before its weights are fetched or read.
 *
 * @param config timm's or transformers', if there is one
 * @throws {TypeError} if no layout has such a network
 */
export function checkArchitecture(config: Config | undefined): void {
  const [architecture, type] = [config?.["architecture"], config?.["model_type"]];
  if (typeof type === "string" && type !== "bit") {
    fail(
      `the config's model_type must be "bit", transformers' BiT: current value is "${type}"; nearest ` +
        "are google/bit-50 and timm's resnetv2_…_bit",
    );
  }
  // timm's other ResNets may be the caller's own, trained with weight standardization.
  if (typeof architecture !== "string" || /^resnetv2_.*_bit|^resnet\d/.test(architecture)) return;
  const reason = architecture.startsWith("resnetv2_")
    ? ", which timm builds without weight standardization"
    : "";
  fail(
    "the config's architecture must be one of timm's resnetv2_…_bit: current value is " +
      `${architecture}${reason}`,
  );
}
