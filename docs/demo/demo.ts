/**
 * The page: what happens when something is clicked.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { setWasmPaths } from "npm:@tensorflow/tfjs-backend-wasm@4.22.0";
import "npm:@tensorflow/tfjs-backend-webgpu@4.22.0";
import { tf } from "../../mod.ts";
import { watchCurve } from "./curve.ts";
import { asSafetensors, asTensorFlowJs } from "./keep.ts";
import { keep } from "./keep_step.ts";
import { loadWeights } from "./load_step.ts";
import { act, byId, input, isComputing, refuseOtherDrops, say, takeDrops } from "./page.ts";
import { startPictures } from "./pictures.ts";
import { session, setLearned } from "./session.ts";
import { predict } from "./trial_step.ts";
import { tune } from "./tune_step.ts";
import { onlyLast } from "./weights.ts";

function listen(): void {
  byId("load").addEventListener("submit", (event) => {
    event.preventDefault();
    act("weights", loadWeights);
  });
  byId("backend").addEventListener("change", () => {
    if (session.loaded === undefined) return;
    const now = `Loaded: ${session.loaded.description}. It computes with ${tf.getBackend()}`;
    say("load-status", `${now}; what you chose takes effect when weights are loaded.`);
  });
  byId("tune").addEventListener("submit", (event) => {
    event.preventDefault();
    act("training", tune);
  });
  for (const [what, rate] of [["head", "0.03"], ["all", "0.003"]]) {
    document.querySelector(`input[value=${what}]`)!.addEventListener("change", () => {
      input("rate").value = rate!;
    });
  }
  byId("picture").addEventListener("change", () => act("trial", predict));
  byId("save-tfjs").addEventListener("click", () => act("keeping", () => keep(asTensorFlowJs)));
  byId("save-safetensors").addEventListener(
    "click",
    () => act("keeping", () => keep(async (model, facts) => [await asSafetensors(model, facts)])),
  );
  document.querySelectorAll<HTMLElement>("[data-drop]").forEach(takeDrops);
  refuseOtherDrops();
}

/** Asks before the page is left while something would be lost. */
function guardLeaving(): void {
  addEventListener("beforeunload", (event) => {
    if (session.isUnsaved || isComputing()) event.preventDefault();
  });
}

/** WebGPU may be there without a device that it works on. */
async function chooseBackend(): Promise<void> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) byId<HTMLSelectElement>("backend").value = "wasm";
}

setWasmPaths(new URL("wasm/", document.baseURI).href);
startPictures();
watchCurve();
listen();
guardLeaving();
onlyLast(input("files"), input("address"));
setLearned(undefined);
await chooseBackend();
