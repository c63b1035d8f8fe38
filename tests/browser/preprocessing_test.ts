/** Preprocessing in a real browser: the same numbers from the same pixels, and how it decodes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, chromium, openPage } from "../../benchmarks/timing/micro/chromium.ts";
import { decodeImage } from "../../datasets/images/image.ts";
import { fixture, valuesOf } from "../models/fixtures/preprocessing.ts";

const data = Deno.env.get("WS_TEST_DATA");

Deno.test({
  name: "preprocessing() in Chromium equals timm's and transformers' on every bit",
  ignore: chromium === undefined,
  fn: async (context) => {
    const folder = await Deno.makeTempDir({ prefix: "preprocessing-test-" });
    try {
      const script = join(folder, "page.js");
      await bundle(new URL("preprocessing_page.ts", import.meta.url), script);
      const photographs = pathToFileURL(`${data}/imagenet-sample/val/`);
      const files = Object.keys(fixture.real).slice(0, 30);
      const paths = files.map((file, i) => [`/${i}.jpg`, new URL(file, photographs)] as const);
      await using browser = await openPage(script, Object.fromEntries(paths));
      const { page } = browser;
      for (const { config, values } of fixture.cases) {
        for (const [i, { width, height, rgb }] of fixture.pictures.entries()) {
          const call = JSON.stringify([config, [width, height, rgb]]);
          const bytes = await page.evaluate(`preprocess(...${call})`) as number[];
          const actual = new Float32Array(Uint8Array.from(bytes).buffer);
          assert.deepEqual(actual, valuesOf(values[i]!), JSON.stringify(config));
        }
      }
      await context.step({
        name: "decoded without conversion of colours, photographs are Pillow's to within 3 of 255",
        ignore: data === undefined,
        fn: async () => {
          const compare = async (i: number, conversion: "none" | "default") => {
            const file = files[i]!;
            const picture = await decodeImage(await Deno.readFile(paths[i]![1]), file);
            const call = JSON.stringify([`/${i}.jpg`, picture.data.toBase64(), conversion]);
            const result = await page.evaluate(`compareDecoders(...${call})`);
            const { largest, sized } = result as { largest: number; sized: boolean };
            assert.ok(sized, file);
            return largest;
          };
          for (const [i, file] of files.entries()) {
            const largest = await compare(i, "none");
            assert.ok(largest <= 3, `${file}: ${largest}`);
          }
          // This one has a profile of its colours, which the default converts by.
          const withProfile = files.findIndex((file) => file.includes("water_ouzel"));
          assert.ok(await compare(withProfile, "default") > 3);
        },
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
