/**
 * A ResNet of PyTorch's, torchvision's or timm's, with a head of its own:
 *
 * `deno run --allow-read docs/examples/new_head.ts resnet50.safetensors 50 7`
 *
 * takes the weights of a file, the network's depth and how many classes the new head has.
 *
 * @module
 */
import { models } from "../../mod.ts";

const [file, depth, classes] = Deno.args;
if (file === undefined || depth === undefined || classes === undefined) {
  console.error("Give a safetensors file, the depth and the classes: resnet50.safetensors 50 7");
  Deno.exit(2);
}

try {
  const model = models.resnet({
    depth: Number(depth) as 18 | 34 | 50 | 101 | 152,
    classes: Number(classes),
  });
  const bytes = await Deno.readFile(file);
  const { loaded, notLoaded, prefix } = models.loadTorchWeights(model, bytes, { strict: false });
  // seresnet50 has all weights of resnet50, and more: it computes something else.
  const ofTheBody = notLoaded.filter(({ model, file }) =>
    /^(conv1|bn1|layer\d)\./.test(model?.name ?? file?.name.slice(prefix.length) ?? "")
  );
  if (ofTheBody.length > 0) {
    throw new TypeError(
      `Cannot take ${file} as it must be of this network but for the head: ${ofTheBody.length} ` +
        `weights differ, such as ${ofTheBody[0]!.reason}: ${ofTheBody[0]!.text}`,
    );
  }
  console.log(`${loaded.length} weights loaded`);
  for (const { reason, text } of notLoaded) console.log(`${reason}: ${text}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  Deno.exit(1);
}
