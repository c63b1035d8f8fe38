/** Backends that crash, hang, do not start or are wrong. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { doctorDocument } from "../../../benchmarks/doctor/document.ts";
import { examine } from "../../../benchmarks/doctor/examination.ts";
import { withoutPersonal } from "../../../benchmarks/doctor/privacy.ts";
import { usual } from "../../../benchmarks/doctor/subjects.ts";
import { faultsOf } from "../../../benchmarks/doctor/verdict.ts";
import { machine } from "../../../benchmarks/record/environment.ts";
import { markdown } from "../../../benchmarks/report/render/markdown.ts";

const program = fileURLToPath(new URL("./ending_subject.ts", import.meta.url));
const scrub = withoutPersonal({ homes: ["/home/alice"], names: ["alice"] });

const after = (way: string, limitSeconds = 60) =>
  examine(usual(way), { seconds: 1, limitSeconds, scrub, program });

for (
  const [way, end, limit] of [
    ["crash", "its process was ended by SIGSEGV, at conv 3x3", 60],
    ["code", "its process ended with exit code 134, at conv 3x3", 60],
    ["early", "its process ended too soon, at conv 3x3", 60],
    ["hang", "no end within 2 s, at conv 3x3", 2],
    ["crash at once", "its process was ended by SIGSEGV, at its start", 60],
  ] as const
) {
  Deno.test({
    name: `examine() says how a backend's process ended: ${way}`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      const examination = await after(way, limit);
      assert.equal(examination.broke, end);
      assert.deepEqual(faultsOf(examination), [`it broke: ${end}`]);
      if (examination.started === undefined) return;
      assert.deepEqual(examination.stderr, ["its last words, of ~/lib/libcudnn.so.9"]);
    },
  });
}

Deno.test("examine() takes a backend that does not start for no fault", async () => {
  const examination = await after("absent");
  assert.equal(examination.started, undefined);
  assert.equal(examination.unavailable, "TensorFlowLibraryError: none in ~/lib/tensorflow");
  assert.equal(examination.broke, undefined);
  assert.deepEqual(faultsOf(examination), []);
});

Deno.test("examine() takes a crash for a fault, also where the backend had said why it cannot start", async () => {
  assert.deepEqual(faultsOf(await after("absent, then a crash")), [
    "it broke: its process ended with exit code 134, at its start",
  ]);
});

Deno.test("the report says first where a GPU is there and TensorFlow uses none", async () => {
  const nvidia = { driver: "570.1", gpus: ["NVIDIA H200, 143771 MiB, compute capability 9.0"] };
  const { started, ...rest } = await after("early");
  const text = (gpu: { gpu?: string }) => {
    const examination = { ...rest, subject: usual("tensorflow"), started: { ...started!, ...gpu } };
    const findings = { machine: machine({ backend: "" }), nvidia, examinations: [examination] };
    return markdown(doctorDocument(findings));
  };
  assert.match(text({}), /TensorFlow sees no GPU/);
  assert.doesNotMatch(text({ gpu: "GPU:0" }), /TensorFlow sees no GPU/);
});

Deno.test("the report names each wrong value, and tells reduced precision from faults", async () => {
  const examinations = [await after("wrong"), await after("absent")];
  assert.deepEqual(faultsOf(examinations[0]!), [
    "conv 3x3: output at [0]: NaN, not 1 (not a number)",
    "captured steps: fc.weight, value 3 (5.0e-1)",
    "captured steps: images that are not numbers have the loss 2.5",
  ]);
  const nvidia = { driver: "570.1", gpus: ["NVIDIA H200, 143771 MiB, compute capability 9.0"] };
  const text = markdown(
    doctorDocument({ machine: machine({ backend: "" }), nvidia, examinations }),
  );
  assert.match(text, /\*\*wrong\*\*: wrong\. 3 of its results/);
  assert.match(text, /\*\*absent\*\*: does not start\. TensorFlowLibraryError/);
  assert.match(text, /GPU: NVIDIA H200/);
  assert.doesNotMatch(text, /alice/);
});
