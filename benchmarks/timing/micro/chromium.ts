/** A headless Chromium with a page that holds the library, bundled from its sources. */
import { fileURLToPath } from "node:url";
import { type Browser, launch, type Page } from "puppeteer-core";

/** Where Chromium is; nothing where it is not installed. */
export const chromium: string | undefined = [
  Deno.env.get("CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && exists(path));

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/**
 * Bundles a module for browsers.
 *
 * @param entry the module
 * @param output the file to write
 * @param flags more of `deno bundle`'s
 * @throws {Error} with what the bundler said, if it fails
 */
export async function bundle(entry: URL, output: string, ...flags: string[]): Promise<void> {
  const args = [
    "bundle",
    "--platform=browser",
    ...flags,
    `--output=${output}`,
    fileURLToPath(entry),
  ];
  const env = { NO_COLOR: "1" };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, env }).output();
  if (!success) throw new Error(`Cannot bundle ${entry}: ${new TextDecoder().decode(stderr)}`);
}

/** What a page may ask for, and where it is. */
export type Files = Record<string, URL>;

/**
 * Opens a page at the loopback, in which `script` has run.
 *
 * @param script the bundle
 * @param files other files, by path; a path that ends in a slash is a folder
 * @returns the page; disposing of it closes everything
 */
export async function openPage(
  script: string,
  files: Files,
): Promise<{ page: Page } & AsyncDisposable> {
  return await openServed(serve(script, files));
}

/**
 * Opens a folder's `index.html` at the loopback, as a static server gives it.
 *
 * @param folder the folder, which ends in a slash
 * @returns the page; disposing of it closes everything
 */
export async function openFolder(folder: URL): Promise<{ page: Page } & AsyncDisposable> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return await openServed(Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    const name = pathname === "/" ? "index.html" : pathname.slice(1);
    try {
      return respond(await Deno.readFile(new URL(name, folder)), typeOf(name));
    } catch {
      return new Response(null, { status: 404 });
    }
  }));
}

async function openServed(
  server: Deno.HttpServer<Deno.NetAddr>,
): Promise<{ page: Page } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  resources.use(server);
  const profile = await Deno.makeTempDir({ prefix: "chromium-" });
  resources.defer(() => Deno.remove(profile, { recursive: true }));
  const browser = await startChromium(profile);
  resources.defer(() => browser.close());
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.addr.port}/`);
  const owned = resources.move();
  return { page, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** With software rendering, so that it does the same on every machine. */
function startChromium(userDataDir: string): Promise<Browser> {
  const args = [
    "--enable-unsafe-webgpu",
    "--enable-unsafe-swiftshader",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--use-webgpu-adapter=swiftshader",
    "--disable-dev-shm-usage",
    ...(Deno.uid() === 0 ? ["--no-sandbox"] : []),
  ];
  return launch({ executablePath: chromium!, userDataDir, args });
}

function serve(script: string, files: Files): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/") return respond("<script src=/script.js></script>", "text/html");
    if (pathname === "/script.js") return respond(await Deno.readTextFile(script), types[".js"]!);
    const file = locate(pathname, files);
    if (file === undefined) return new Response(null, { status: 404 });
    return respond(await Deno.readFile(file), typeOf(pathname));
  });
}

function respond(body: BodyInit, type: string): Response {
  return new Response(body, { headers: { "content-type": type } });
}

function typeOf(name: string): string {
  return types[name.replace(/.*\./, ".")] ?? "";
}

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};

function locate(pathname: string, files: Files): URL | undefined {
  const folder = pathname.slice(0, pathname.lastIndexOf("/") + 1);
  return files[pathname] ??
    (files[folder] && new URL(pathname.slice(folder.length), files[folder]));
}
