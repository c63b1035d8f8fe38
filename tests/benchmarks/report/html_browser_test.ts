/** `report.html` in a real browser. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, Page } from "puppeteer-core";
import type { Result } from "../../../benchmarks/record/mod.ts";
import { chromium } from "../../../benchmarks/timing/micro/chromium.ts";
import { open, startChromium } from "./browser.ts";
import { htmlOf } from "./forms.ts";
import { overhead, panel, png, result } from "./synthetic.ts";

/** A result with every section; all names are hostile. */
function hostileResult(): Result {
  const run = result({ panels: [panel("p", 4, 3)], overhead: overhead(30, 4) });
  const attack = (place: string) =>
    `"'><script>alert("${place}")</script><img src=x onerror=alert("${place}")>&lt;\0</style>`;
  run.title = attack("title");
  run.command = `</code></pre>${attack("command")}`;
  run.config = { [attack("key")]: attack("value") };
  run.data.name = attack("data");
  run.data.classNames = [attack("class"), "`${alert(1)}`"];
  run.environment.cpu = attack("cpu");
  run.warnings = [{ code: attack("code"), message: attack("message"), advice: attack("advice") }];
  const predictions = [{ name: "p", labels: png(4, 3, 1, () => 1) }];
  run.panels[0]!.name = attack("panel");
  run.arms.forEach((arm, i) => {
    arm.label = `${attack("label")} ${i}`;
    arm.description = attack("description");
  });
  run.cells = run.cells.map((cell) => ({
    ...cell,
    predictions: predictions.map((each) => ({ ...each, name: attack("panel") })),
    metrics: { ...cell.metrics, [attack("metric")]: 1 },
  }));
  return run;
}

async function withReports(
  results: Record<string, Result>,
  run: (browser: Browser, path: (name: string) => string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "report-" });
  const path = (name: string) => join(folder, `${name}.html`);
  try {
    for (const [name, each] of Object.entries(results)) {
      await Deno.writeTextFile(path(name), await htmlOf(each));
    }
    await using started = await startChromium();
    await run(started.browser, path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The texts of a column of the table with that caption, and its head's state. */
function column(page: Page, caption: string, index: number) {
  return page.evaluate(`(() => {
    const table = [...document.querySelectorAll("table")]
      .find(({ caption }) => caption.textContent === ${JSON.stringify(caption)});
    return {
      state: table.tHead.rows[0].cells[${index}].getAttribute("aria-sort"),
      texts: [...table.tBodies[0].rows].map(({ cells }) => cells[${index}].textContent),
    };
  })()`) as Promise<{ state: string; texts: string[] }>;
}

Deno.test({
  name: "report.html opens in Chromium",
  ignore: chromium === undefined,
  fn: async (context) => {
    const plain = result({ panels: [panel("a", 4, 3)], overhead: overhead(30, 4) });
    plain.cells.forEach((cell, i) => cell.classIou = [100 - i, i === 3 ? 9.5 : null]);
    plain.data.classNames = ["road", "sky"];
    await withReports({ plain, hostile: hostileResult() }, async (browser, path) => {
      for (const name of ["plain", "hostile"]) {
        for (const width of [1280, 360]) {
          await context.step(`${name}, ${width} px wide: quiet, and no wider than it`, async () => {
            const { page, requests, messages } = await open(browser, path(name), { width });
            assert.deepEqual(requests, []);
            assert.deepEqual(messages, []);
            const size = await page.evaluate("document.documentElement.scrollWidth");
            assert.equal(size, width);
            const pictures = await page.evaluate(
              "[...document.images].map(({ alt, naturalWidth }) => [alt !== '', naturalWidth])",
            );
            assert.deepEqual(pictures, Array((pictures as []).length).fill([true, 4]));
            await page.close();
          });
        }
      }
      await context.step("hostile names stay text", async () => {
        const { page } = await open(browser, path("hostile"));
        assert.match(await page.$eval("h1", (h1) => h1.textContent) ?? "", /^"'><script>alert/);
        const count = (selector: string) => page.$$eval(selector, (found) => found.length);
        assert.equal(await count("script"), 1);
        assert.equal(await count("style"), 1);
        assert.equal(await count("[onerror], img[src=x]"), 0);
        await page.close();
      });
      await context.step("tables sort by mouse and keyboard, and back", () => sorts(browser, path));
      await context.step("colours follow the system", async () => {
        const ground = async (scheme: "light" | "dark") => {
          const { page } = await open(browser, path("plain"), { scheme });
          const colors = await page.evaluate(`[
            getComputedStyle(document.body).backgroundColor,
            getComputedStyle(document.querySelector(".charts text")).fill,
          ]`);
          await page.close();
          return colors;
        };
        assert.deepEqual(await ground("light"), ["rgb(255, 255, 255)", "rgb(34, 34, 34)"]);
        assert.deepEqual(await ground("dark"), ["rgb(13, 17, 23)", "rgb(215, 221, 228)"]);
      });
      await context.step("paper has everything, opened", async () => {
        const { page } = await open(browser, path("plain"));
        const closed = () => page.$$eval("details:not([open])", (found) => found.length);
        const before = await closed();
        assert.ok(before > 0);
        await page.evaluate("dispatchEvent(new Event('beforeprint'))");
        assert.equal(await closed(), 0);
        await page.evaluate("dispatchEvent(new Event('afterprint'))");
        assert.equal(await closed(), before);
        const bytes = await page.pdf({ format: "A4" });
        assert.equal(new TextDecoder().decode(bytes.slice(0, 5)), "%PDF-");
        await page.close();
      });
    });
  },
});

async function sorts(browser: Browser, path: (name: string) => string): Promise<void> {
  const { page } = await open(browser, path("plain"));
  const caption = "mIoU (%) by arm and seed";
  const original = await column(page, caption, 1);
  assert.deepEqual(original, { state: "none", texts: ["40.00", "41.10", "38.10"] });
  const button = "#miou thead th:nth-child(2) button";
  await page.click(button);
  const up = await column(page, caption, 1);
  assert.deepEqual(up, { state: "ascending", texts: ["38.10", "40.00", "41.10"] });
  await page.focus(button);
  await page.keyboard.press("Enter");
  const down = await column(page, caption, 1);
  assert.deepEqual(down, { state: "descending", texts: ["41.10", "40.00", "38.10"] });
  await page.keyboard.press("Space");
  assert.deepEqual(await column(page, caption, 1), original);
  await page.click("#iou-by-class thead th:nth-child(2) button");
  await page.click("#iou-by-class thead th:nth-child(3) button");
  const left = await column(page, "IoU (%) by class and arm", 1);
  assert.equal(left.state, "none", "one column at a time");
  for (const state of ["ascending", "descending"]) {
    await page.click("#speed thead th:nth-child(5) button");
    const { texts, ...rest } = await column(page, "Speed and memory by arm", 4);
    assert.deepEqual(rest, { state });
    assert.match(texts[0]!, /^\+/, "what has no value stays last");
  }
  await page.close();
}
