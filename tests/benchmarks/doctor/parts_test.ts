/** What is read of drivers and libraries, and what is taken out of texts. */
import assert from "node:assert/strict";
import { driverOf } from "../../../benchmarks/doctor/nvidia_driver.ts";
import { nvidiaLibraries, versionText } from "../../../benchmarks/doctor/nvidia_libraries.ts";
import { userOf, withoutPersonal } from "../../../benchmarks/doctor/privacy.ts";
import { usual, variantsOf } from "../../../benchmarks/doctor/subjects.ts";

Deno.test("withoutPersonal() takes out homes, paths and names, and leaves the rest", () => {
  const scrub = withoutPersonal({
    homes: ["/home/alice", "C:\\Users\\Alice B"],
    names: ["alice", "box7.example.org", "box7", "root", ""],
  });
  for (
    const [text, expected] of [
      ["none in /home/alice/.cache/tensorflow", "none in ~/.cache/tensorflow"],
      ["Cannot open '/opt/cuda/lib64/libcudnn.so.9': no", "Cannot open '…/libcudnn.so.9': no"],
      ["at file:///srv/alice/x/subject.ts:3:1", "at …/subject.ts:3:1"],
      ["C:\\Users\\Alice B\\lib\\a.dll", "~\\lib\\a.dll"],
      ["D:\\data\\lib\\a.dll is no DLL", "…/a.dll is no DLL"],
      ["/home/bob/x.py and /etc/passwd", "…/x.py and …/passwd"],
      ["on Box7, by alice", "on …, by …"],
      ["box72 and malice", "box72 and malice"],
      [
        "see https://github.com/a/b/issues and 1/2/3",
        "see https://github.com/a/b/issues and 1/2/3",
      ],
      ["/device:GPU:0 and 3 / 4", "/device:GPU:0 and 3 / 4"],
    ] as const
  ) assert.equal(scrub(text), expected);
});

Deno.test("a home folder is not taken for the beginning of another's name", () => {
  const scrub = withoutPersonal({ homes: ["/home/al"], names: [] });
  assert.equal(scrub("in /home/alice/x"), "in …/x");
  assert.equal(scrub("in /home/al"), "in ~");
});

Deno.test("userOf() tells a user by a home folder, where that is one's own", () => {
  assert.deepEqual(userOf("/home/alice"), ["alice"]);
  assert.deepEqual(userOf("C:\\Users\\Alice B"), ["Alice B"]);
  for (const home of ["/root", "/home", "/var/lib/tensorflow"]) assert.deepEqual(userOf(home), []);
});

Deno.test("driverOf() reads nvidia-smi's lines", () => {
  assert.deepEqual(
    driverOf("570.86.15, NVIDIA H200, 143771 MiB, 9.0\n570.86.15, NVIDIA L4, 23034 MiB, 8.9\n"),
    {
      driver: "570.86.15",
      gpus: [
        "NVIDIA H200, 143771 MiB, compute capability 9.0",
        "NVIDIA L4, 23034 MiB, compute capability 8.9",
      ],
    },
  );
  assert.equal(driverOf("No devices were found\n"), undefined);
  assert.equal(driverOf(""), undefined);
});

Deno.test("versionText() reads CUDA's and cuDNN's numbers", () => {
  assert.equal(versionText("cudaRuntimeGetVersion", 12050), "12.5");
  assert.equal(versionText("cudaRuntimeGetVersion", 13020), "13.2");
  assert.equal(versionText("cudnnGetVersion", 90300), "9.3.0");
  assert.equal(versionText("cudnnGetVersion", 91002), "9.10.2");
  assert.equal(versionText("cudnnGetVersion", 8907), "8.9.7");
});

Deno.test("nvidiaLibraries() finds none where there are none", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/nvidia/cudnn/lib`, { recursive: true });
    await Deno.writeTextFile(`${folder}/nvidia/cudnn/lib/libcudnn.so.9`, "no library");
    const found = nvidiaLibraries(`${folder}/tensorflow`);
    assert.ok(found.every((text) => !text.startsWith("cuDNN") || /\d/.test(text)), `${found}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("variantsOf() has oneDNN the other way, or on a GPU what tells its faults apart", () => {
  const names = (started: { gpu?: string; oneDnn?: boolean }) =>
    variantsOf(usual("tensorflow"), started).map(({ title, env }) => [title, env]);
  assert.deepEqual(names({ oneDnn: true }), [
    ["tensorflow, oneDNN off", { TF_ENABLE_ONEDNN_OPTS: "0" }],
  ]);
  assert.deepEqual(names({ oneDnn: false }), [
    ["tensorflow, oneDNN on", { TF_ENABLE_ONEDNN_OPTS: "1" }],
  ]);
  assert.deepEqual(names({ gpu: "GPU:0" }), [
    ["tensorflow, without TF32", { NVIDIA_TF32_OVERRIDE: "0" }],
    ["tensorflow, on processors", { CUDA_VISIBLE_DEVICES: "-1" }],
  ]);
  assert.deepEqual(variantsOf(usual("wasm"), {}), []);
});
