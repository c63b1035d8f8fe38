/** Models of Keras 3: topologies with lies in them. */
import { fromKeras3 } from "../../../src/models/from_keras3.ts";
import { kerasJson } from "../../models/fixtures/keras3.ts";
import { complaintOf } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Target } from "../target.ts";

export function start(): Promise<Target> {
  const seeds = (["sequential", "functional", "blocks"] as const)
    .map((name): [string, unknown] => [name, kerasJson(name)]);
  return Promise.resolve({
    cases: mutatedJson([...seeds, ["a topology", kerasJson("sequential").modelTopology]]),
    read(bytes: Uint8Array) {
      let json: unknown;
      try {
        json = JSON.parse(new TextDecoder().decode(bytes));
      } catch {
        return "no JSON"; // which its caller parses
      }
      return JSON.stringify(fromKeras3(json as unknown as string)).slice(0, 100);
    },
    complaint: (error: Error) => complaintOf(error, ["TypeError", "RangeError"]),
  });
}
