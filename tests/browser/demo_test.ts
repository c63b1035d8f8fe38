/** The demo page in a real browser: from weights in a file to files that are read back. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Page } from "puppeteer-core";
import { chromium, openFolder } from "../../benchmarks/timing/micro/chromium.ts";
import { models, tf } from "../../mod.ts";
import { encodePng } from "./demo_pictures.ts";

const network: Omit<models.ResNetV2Options, "classes"> = {
  depth: { counts: [1, 1, 1, 1], channels: [32, 32, 32, 64], stem: 16 },
  groups: 8,
  inputShape: [null, null, 3],
};

const kinds = ["across", "down"] as const;

/** Weights, their config, and six pictures of each of two classes: vertical stripes, horizontal. */
async function writeFiles(folder: string): Promise<void> {
  const model = models.resnetv2({ ...network, classes: 5, seed: 1 });
  await Deno.writeFile(join(folder, "tiny.safetensors"), models.saveTorchWeights(model));
  model.dispose();
  await Deno.writeTextFile(join(folder, "config.json"), JSON.stringify({ num_groups: 8 }));
  for (const kind of kinds) {
    await Deno.mkdir(join(folder, "pictures", kind), { recursive: true });
    for (let i = 0; i < 7; i++) {
      const png = encodePng(40 + i, 36, kind, i);
      await Deno.writeFile(join(folder, `${kind}${i}.png`), png);
      if (i < 6) await Deno.writeFile(join(folder, "pictures", kind, `${i}.png`), png);
    }
    await Deno.writeTextFile(join(folder, "pictures", kind, "notes.txt"), "no picture");
  }
}

/** What a visitor does; WebGPU by software takes seconds a step. */
interface Tour {
  backend: string;
  what: "head" | "all";
  side: number;
  steps: number;
}

const tours: Tour[] = [
  { backend: "wasm", what: "head", side: 48, steps: 25 },
  { backend: "wasm", what: "all", side: 48, steps: 25 },
  { backend: "webgpu", what: "all", side: 32, steps: 8 },
];

/** Puppeteer's handle of an input of files. */
interface FileInput {
  uploadFile(...paths: string[]): Promise<void>;
}

/** The page's elements, as its user has them. */
class Visitor {
  readonly #page: Page;
  readonly #folder: string;

  constructor(page: Page, folder: string) {
    this.#page = page;
    this.#folder = folder;
  }

  async choose(selector: string, names: readonly string[]): Promise<void> {
    const input = await this.#page.$(selector) as unknown as FileInput;
    await input.uploadFile(...names.map((name) => join(this.#folder, name)));
  }

  async fill(id: string, value: string): Promise<void> {
    await this.#page.$eval(`#${id}`, (input, value) => {
      (input as unknown as { value: string }).value = value as string;
    }, value);
  }

  /** Clicks, and waits for a status that matches, or for an error, which it throws. */
  async click(selector: string, section: string, done: RegExp): Promise<string> {
    await this.#page.click(selector);
    return await this.wait(section, done);
  }

  async wait(section: string, done: RegExp): Promise<string> {
    for (let i = 0; i < 1200; i++) {
      const { status, alert } = await this.read(section);
      if (alert !== "") throw new Error(alert);
      if (done.test(status)) return status;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${section} does not get to ${done}: ${(await this.read(section)).status}`);
  }

  /** Waits for a section's error: whatever its status says meanwhile may be of what went before. */
  async refusal(section: string): Promise<string> {
    for (let i = 0; i < 1200; i++) {
      const { alert } = await this.read(section);
      if (alert !== "") return alert;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${section} refuses nothing: ${(await this.read(section)).status}`);
  }

  async read(section: string): Promise<{ status: string; alert: string }> {
    return await this.#page.evaluate(`(() => {
      const section = document.getElementById("${section}");
      const alert = section.querySelector(".alert");
      return {
        status: section.querySelector(".status").textContent,
        alert: alert.hidden ? "" : alert.textContent,
      };
    })()`) as { status: string; alert: string };
  }

  async losses(): Promise<number[]> {
    const text = await this.#page.$eval("#losses", (element) => element.textContent ?? "");
    return text.split(" ").map(Number);
  }

  /** The downloaded file, once it is whole. */
  async downloaded(name: string): Promise<Uint8Array<ArrayBuffer>> {
    for (let i = 0; i < 100; i++) {
      const bytes = await Deno.readFile(join(this.#folder, "kept", name)).catch(() => undefined);
      if (bytes !== undefined && bytes.length > 0) return bytes;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${name} was not downloaded`);
  }
}

/** Shares that the page shows, by class. */
async function scores(page: Page): Promise<Record<string, number>> {
  const lines = await page.$$eval("#scores li", (items) =>
    items.map((item) => [
      item.querySelector("meter")!.getAttribute("aria-label")!,
      (item.querySelector("meter") as unknown as { value: number }).value,
    ]));
  return Object.fromEntries(lines);
}

/** What a model makes of a picture here. */
async function shares(
  model: tf.LayersModel,
  picture: models.Pixels,
  side: number,
): Promise<Float32Array> {
  const preprocess = models.preprocessing({
    size: side,
    cropShare: 1,
    interpolation: "bilinear",
    mean: 0.5,
    std: 0.5,
  });
  const batch = await preprocess(picture);
  return tf.tidy(() => tf.softmax(model.predict(batch) as tf.Tensor)).dataSync<"float32">();
}

async function readBack(visitor: Visitor): Promise<{ json: string; baked: tf.LayersModel }> {
  const json = new TextDecoder().decode(await visitor.downloaded("model.json"));
  const { modelTopology, weightsManifest: [{ weights }] } = JSON.parse(json);
  const weightData = (await visitor.downloaded("model.weights.bin")).buffer;
  const artifacts = { modelTopology, weightSpecs: weights, weightData };
  return { json, baked: await tf.loadLayersModel(tf.io.fromMemory(artifacts)) };
}

Deno.test({
  name: "the demo page loads, learns, predicts, bakes and saves in Chromium",
  ignore: chromium === undefined,
  fn: async (context) => {
    const folder = await Deno.makeTempDir({ prefix: "demo-test-" });
    try {
      await writeFiles(folder);
      const site = join(folder, "site");
      const { success, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "-A",
          fileURLToPath(import.meta.resolve("../../packaging/build_demo.ts")),
          site,
        ],
      }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      for (const tour of tours) {
        await context.step(`${tour.what} on ${tour.backend}`, () => visit(folder, site, tour));
      }
      await context.step("errors say what to do", () => err(folder, site));
      await context.step("a slip loses nothing", () => slip(folder, site));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

async function visit(folder: string, site: string, tour: Tour): Promise<void> {
  const { backend, what, side, steps } = tour;
  await Deno.remove(join(folder, "kept"), { recursive: true }).catch(() => {});
  await using browser = await openFolder(pathToFileURL(`${site}/`));
  const { page } = browser;
  const requests: string[] = [], problems: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(`${error}`));
  const session = await page.createCDPSession();
  const downloadPath = join(folder, "kept");
  await session.send("Browser.setDownloadBehavior", { behavior: "allow", downloadPath });
  const visitor = new Visitor(page, folder);

  await page.select("#backend", backend);
  await visitor.choose("#files", ["tiny.safetensors", "config.json"]);
  const loaded = await visitor.click("#load [type=submit]", "weights", /^Loaded/);
  assert.match(loaded, /group normalization with 8 groups, 2 classes in a new head of zeros/);
  assert.match(loaded, new RegExp(`computes with ${backend}`));

  if (what === "head") await visitor.choose("#folder", ["pictures"]);
  else await chooseByClass(visitor, page);
  await visitor.wait("pictures", /^12 pictures in 2 classes/);

  await page.click(`input[value=${what}]`);
  for (const [id, value] of Object.entries({ side, steps, batch: 10, rate: 0.1 })) {
    await visitor.fill(id, `${value}`);
  }
  const done = await visitor.click("#start", "training", /^Done/);
  const losses = await visitor.losses();
  assert.equal(losses.length, steps);
  assert.ok(Math.abs(losses[0]! - Math.LN2) < 1e-3, `first loss ${losses[0]}`); // a head of zeros
  assert.ok(losses.at(-1)! < 0.85 * losses[0]!, `losses ${losses}`);
  assert.match(
    done,
    /Right about ([6-9]|10) of 10 pictures that it learned from, and [12] of 2 pic/,
  );

  if (backend === "wasm") await further(visitor, page, losses.at(-1)!);

  await visitor.choose("#picture", ["down6.png"]);
  await visitor.wait("trial", /^down6.png: (across|down), \d/);
  const shown = await scores(page);

  assert.match(
    await visitor.click("#save-tfjs", "keeping", /^Made model.json and model.weights.bin, baked/),
    /logits (are the same|differ by \d\.\de-[5-9] at most)/,
  );
  await page.click("#bake");
  await visitor.click("#save-safetensors", "keeping", /^Made model.safetensors, with raw kernels/);
  const picture = { width: 46, height: 36, data: encodePng.pixels(46, 36, "down", 6) };
  const { json, baked } = await readBack(visitor);
  assert.ok(!json.includes("StandardizedConv2D"), "kernels are not baked");
  assert.deepEqual(JSON.parse(json).userDefinedMetadata.classes, ["across", "down"]);
  const raw = models.resnetv2({ ...network, classes: 2 });
  models.loadTorchWeights(raw, await visitor.downloaded("model.safetensors"));
  for (const model of [baked, raw]) {
    const [across, down] = await shares(model, picture, side);
    assert.ok(Math.abs(across! - shown["across"]!) < 1e-4, `${across} ${shown["across"]}`);
    assert.ok(Math.abs(down! - shown["down"]!) < 1e-4);
    model.dispose();
  }
  assert.deepEqual(problems, []);
  const { origin } = new URL(page.url());
  const foreign = requests.filter((url) =>
    !url.startsWith(origin) && !url.startsWith("blob:") && !url.startsWith("data:")
  );
  assert.deepEqual(foreign, []);
}

async function chooseByClass(visitor: Visitor, page: Page): Promise<void> {
  for (const [i, kind] of kinds.entries()) {
    const row = `#classes li:nth-child(${i + 1})`;
    await page.$eval(`${row} .name`, (input, name) => {
      (input as unknown as { value: string }).value = name;
    }, kind);
    await visitor.choose(`${row} .files`, [0, 1, 2, 3, 4, 5].map((k) => `${kind}${k}.png`));
  }
}

/** A second time the network goes on from where it is; stopped, it keeps what it has learned. */
async function further(visitor: Visitor, page: Page, before: number): Promise<void> {
  await visitor.fill("steps", "3");
  await page.click("#start");
  await page.waitForFunction(
    'losses.textContent.split(" ").length === 3 && !document.getElementById("start").disabled',
    { timeout: 120_000 },
  );
  const [first] = await visitor.losses();
  assert.ok(first! < 0.5 * Math.LN2 || first! < before + 0.2, `${before}, then ${first}`);
  await visitor.fill("steps", "100000");
  await visitor.click("#start", "training", /^Step \d+ of 100000/);
  await page.click("#stop");
  const stopped = await visitor.wait("training", /^Stopped/);
  assert.match(stopped, /^Stopped after \d+ of 100000 steps: loss/);
}

async function err(folder: string, site: string): Promise<void> {
  await using browser = await openFolder(pathToFileURL(`${site}/`));
  const { page } = browser;
  const visitor = new Visitor(page, folder);
  const fails = async (selector: string, section: string, message: RegExp) => {
    await page.click(selector);
    assert.match(await visitor.refusal(section), message);
  };
  await fails("#load [type=submit]", "weights", /choose a file, or write an address/);
  await page.type("#address", "weights.npz");
  await fails("#load [type=submit]", "weights", /weights.npz is no address: write https/);
  await fails("#start", "training", /The class first has no pictures: choose some/);
  await visitor.choose("#files", ["across0.png"]);
  await page.select("#backend", "wasm");
  await fails("#load [type=submit]", "weights", /Cannot/);
  await visitor.choose("#files", ["tiny.safetensors", "config.json"]);
  await visitor.click("#load [type=submit]", "weights", /^Loaded/);
  await visitor.choose("#classes li:nth-child(1) .files", ["across0.png"]);
  await visitor.choose("#classes li:nth-child(2) .files", ["config.json", "tiny.safetensors"]);
  await fails(
    "#start",
    "training",
    /cannot read config.json as a .*\n.*cannot read tiny.safetensors/,
  );
  await page.type("#address", "ftp://host/file"); // takes the place of the files
  await fails("#load [type=submit]", "weights", /ftp:\/\/host\/file is no address: write https/);
}

/** What a slip of the hand must not lose. */
async function slip(folder: string, site: string): Promise<void> {
  await using browser = await openFolder(pathToFileURL(`${site}/`));
  const { page } = browser;
  const visitor = new Visitor(page, folder);
  const dialogs: string[] = [];
  page.on("dialog", async (dialog) => {
    dialogs.push(dialog.type());
    await dialog.dismiss();
  });
  const leave = () => page.evaluate("location.reload()").catch(() => {});
  const asked = async (times: number) => { // a dialog comes when it comes, not when leave() returns
    for (let i = 0; i < 100 && dialogs.length < times; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.deepEqual(dialogs, Array(times).fill("beforeunload"));
  };
  const shown = (id: string) => page.$eval(`#${id}`, (element) => !element.hasAttribute("hidden"));

  await page.select("#backend", "wasm");
  await visitor.choose("#files", ["tiny.safetensors", "config.json"]);
  await visitor.click("#load [type=submit]", "weights", /^Loaded/);
  await chooseByClass(visitor, page);
  const names = await page.$$eval(
    "#classes [aria-label]",
    (parts) => parts.map((part) => part.getAttribute("aria-label")),
  );
  assert.ok(new Set(names).size === 4, `names of parts: ${names}`);
  await visitor.fill("side", "32");
  await visitor.fill("steps", "100000");

  // While it learns: another backend, Load, and leaving the page.
  await page.focus("#start");
  await page.keyboard.press("Enter");
  await visitor.wait("training", /^Step/);
  const focused = () => page.evaluate("document.activeElement.id");
  assert.equal(await focused(), "stop");
  await page.select("#backend", "webgl");
  await page.click("#load [type=submit]");
  await page.waitForFunction(
    '/is being computed/.test(document.querySelector(".alert").innerText)',
  );
  await leave();
  await asked(1);
  await page.focus("#stop");
  await page.keyboard.press("Enter");
  await page.waitForFunction('!document.getElementById("start").disabled');
  assert.equal(await focused(), "start");
  assert.match(await visitor.wait("training", /^Stopped/), /^Stopped after \d+ of 100000 steps/);
  assert.equal((await visitor.read("weights")).alert, "", "the notice to wait stays for ever");

  // A wrong file instead of weights, and instead of a picture.
  await page.select("#backend", "wasm");
  await visitor.choose("#picture", ["down6.png"]);
  await visitor.wait("trial", /^down6.png: /);
  await visitor.choose("#files", ["across0.png"]);
  await page.click("#load [type=submit]");
  assert.match(await visitor.refusal("weights"), /Cannot/);
  assert.match((await visitor.read("weights")).status, /^Loaded: .* with wasm/);
  assert.ok(await shown("prediction"));
  await visitor.choose("#picture", ["config.json"]);
  assert.match(await visitor.refusal("trial"), /cannot read config.json/);
  assert.ok(!await shown("prediction"), "another picture's scores stay");

  // What was learned is asked for until it is saved.
  await leave();
  await asked(2);
  const session = await page.createCDPSession();
  await session.send("Browser.setDownloadBehavior", { behavior: "deny" });
  await visitor.click("#save-safetensors", "keeping", /^Made model.safetensors/);
  await page.reload();
  await visitor.wait("training", /^Weights and pictures/);
  assert.equal(dialogs.length, 2);
}
