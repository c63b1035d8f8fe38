import assert from "node:assert/strict";
import {
  deeplabConvolutions,
  resnetConvolutions,
} from "../../../../benchmarks/experiments/arms/convolution_count.ts";
import { profiles as ade20k } from "../../../../benchmarks/experiments/profiles/ade20k.ts";
import { profiles as imagenet } from "../../../../benchmarks/experiments/profiles/imagenet.ts";
import { models } from "../../../../mod.ts";
import { countedConvolutions } from "../../../../src/standardization/counted_convolutions.ts";
import * as tf from "../../../../src/tf.ts";

/** As narrow as it can be: what counts is its layers. */
const narrow = { width: 1, classes: 2, inputShape: [32, 32, 3], seed: 0 };

async function counted(make: () => tf.LayersModel): Promise<number> {
  await tf.setBackend("cpu");
  const model = make();
  const { length } = countedConvolutions(model).layers;
  model.dispose();
  return length;
}

Deno.test("resnetConvolutions() counts what a ResNet has", async () => {
  for (const depth of [18, 34, 50, 101] as const) {
    const made = await counted(() => models.resnet({ ...narrow, depth }));
    assert.equal(resnetConvolutions({ depth, blocks: [] }), made, `${depth}`);
  }
  assert.deepEqual([50, 101].map((depth) => resnetConvolutions({ depth, blocks: [] })), [53, 104]);
  for (const blocks of [[1, 1, 1, 1], [1, 2, 1, 3]] as const) {
    const depth = { block: "basic", counts: blocks } as const;
    const made = await counted(() => models.resnet({ ...narrow, depth, stem: "cifar" }));
    assert.equal(resnetConvolutions({ depth: 0, blocks }), made, `${blocks}`);
  }
  assert.throws(() => resnetConvolutions({ depth: 7, blocks: [] }), {
    name: "UsageError",
    message: /depth must be one of 18, .*: current value is 7$/,
  });
});

Deno.test("deeplabConvolutions() counts what the profiles' networks have", async () => {
  const [quick, proxy, paper] = [ade20k.quick!, ade20k.proxy!, ade20k.paper!];
  const other = { ...quick, dilations: [1, 1, 3] };
  for (const profile of [quick, proxy, other]) {
    const { dilations, depth, blocks, outputStride } = profile;
    const asked = depth === 0 ? { block: "basic", counts: blocks } : depth;
    const backbone = { width: 1, outputStride, depth: asked };
    const head = { headChannels: 1, lowLevelChannels: 1, dilations };
    const made = await counted(() =>
      models.deeplabv3plus(
        { ...narrow, ...head, backbone } as Parameters<
          typeof models.deeplabv3plus
        >[0],
      )
    );
    assert.equal(deeplabConvolutions(profile), made, profile.description);
  }
  assert.equal(deeplabConvolutions(paper), 119);
  assert.equal(resnetConvolutions(imagenet.paper!), 53);
});
