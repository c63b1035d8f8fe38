/** A subject of `deno task doctor` that ends as its first argument says, after it has started. */
const [way = ""] = Deno.args;
const tell = (message: object) => console.log(JSON.stringify(message));

function crash(): void {
  new Deno.UnsafePointerView(Deno.UnsafePointer.create(8n)!).getInt32();
}

tell({ kind: "begin", what: "its start" });
if (way === "crash at once") crash();
if (way.startsWith("absent")) {
  tell({ kind: "failed", error: "TensorFlowLibraryError: none in /home/alice/lib/tensorflow" });
  Deno.exit(way === "absent" ? 0 : 134);
}
const gpu = way === "wrong" ? { gpu: "GPU:0" } : {};
const started = { tensorflowjs: "4.22.0", version: "1", devices: ["processor"], ...gpu };
tell({ kind: "started", ...started, captures: true, libraries: [] });
console.log("a library's own words");
console.error("its last words, of /home/alice/lib/libcudnn.so.9");
tell({ kind: "begin", what: "conv 3x3" });
if (way === "crash") crash();
if (way === "code") Deno.exit(134);
if (way === "early") Deno.exit(0);
if (way === "hang") setInterval(() => {}, 1000);
if (way === "wrong") {
  tell({ kind: "golden", name: "conv 3x3", difference: null, at: "output at [0]: NaN, not 1" });
  tell({ kind: "golden", name: "conv 1x1", difference: 4e-4, at: "output at [1]: 1.0004, not 1" });
  tell({ kind: "step", difference: 0.5, at: "fc.weight, value 3", lossOfNaN: "2.5" });
  tell({ kind: "done" });
}
