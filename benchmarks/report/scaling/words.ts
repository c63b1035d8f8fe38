import { counted } from "../../ground/format.ts";
import type { ScalingRow } from "../../record/mod.ts";

/** A row's network, such as `ResNet-50`. */
export function networkName(depth: number): string {
  return depth === 0 ? "ResNet of blocks" : `ResNet-${depth}`;
}

/** A row's name, such as `ResNet-50, 2 workers`. */
export function rowText({ values: { depth, workers }, oversubscribed }: ScalingRow): string {
  const marked = oversubscribed ? ", oversubscribed" : "";
  return `${networkName(depth)}, ${counted(workers, "worker")}${marked}`;
}
