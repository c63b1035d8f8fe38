/** A headless Chromium for files on the disk. */
import { pathToFileURL } from "node:url";
import { type Browser, launch, type Page } from "puppeteer-core";
import { chromium } from "../../../benchmarks/timing/micro/chromium.ts";

/** A page of the browser, and all that it did since it was opened. */
export interface Watched {
  page: Page;
  /** The addresses that it asked for, but those of its own file. */
  requests: string[];
  /** What it wrote to the console, and errors that nobody caught. */
  messages: string[];
}

/** Starts Chromium; disposing of it closes it and all its pages. */
export async function startChromium(): Promise<{ browser: Browser } & AsyncDisposable> {
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  const args = ["--disable-dev-shm-usage", ...(Deno.uid() === 0 ? ["--no-sandbox"] : [])];
  const browser = await launch({ executablePath: chromium!, userDataDir: profile, args });
  const stop = async () => {
    await browser.close();
    await Deno.remove(profile, { recursive: true });
  };
  return { browser, [Symbol.asyncDispose]: stop };
}

/** Opens a file in a window of that size, by day or by night. */
export async function open(
  browser: Browser,
  path: string,
  { width = 1280, scheme = "light" }: { width?: number; scheme?: "light" | "dark" } = {},
): Promise<Watched> {
  const page = await browser.newPage();
  const watched: Watched = { page, requests: [], messages: [] };
  const url = pathToFileURL(path).href;
  page.on("request", (request) => {
    if (request.url() !== url && !request.url().startsWith("data:")) {
      watched.requests.push(request.url());
    }
  });
  page.on("console", (message) => watched.messages.push(message.text()));
  page.on("pageerror", (error) => watched.messages.push(String(error)));
  page.on("dialog", (dialog) => {
    watched.messages.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url);
  return watched;
}
