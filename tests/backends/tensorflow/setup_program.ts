/** The setup as a program: of a wheel whose SHA-256 is its second argument, into the first's folder. */
import { setUp } from "../../../src/backends/tensorflow/setup.ts";

const [cache = "", sha256 = ""] = Deno.args;
await setUp(cache, "cpu", {
  build: {
    wheels: [{ name: "tensorflow-cpu", version: "1", sha256 }],
    platforms: ["any"],
    downloadBytes: 1000,
    unpackedBytes: 1000,
  },
  open: () => ({ TF_Version: () => null }),
});
