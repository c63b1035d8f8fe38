import assert from "node:assert/strict";
import { download, type DownloadProgress } from "../../../src/models/pretrained/download.ts";
import type { ByteCache } from "../../../src/models/pretrained/cache.ts";
import { DownloadError } from "../../../src/models/pretrained/fail.ts";

const file = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);

/** What a server does with a request; an address ends in `/weights.bin`. */
type Answer = (request: Request) => Response;

interface Served extends AsyncDisposable {
  address: string;
  asked: { range: string | null }[];
}

/** A server that answers the first request by the first answer, and so on; the last one repeats. */
function serve(...answers: Answer[]): Served {
  const asked: Served["asked"] = [];
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, (request) => {
    asked.push({ range: request.headers.get("range") });
    return answers[Math.min(asked.length, answers.length) - 1]!(request);
  });
  const { port } = server.addr;
  return {
    address: `http://127.0.0.1:${port}/a/weights.bin`,
    asked,
    [Symbol.asyncDispose]: async () => await server.shutdown(),
  };
}

/** Bytes in parts, of which the connection brings so many and fails. */
function body(bytes: Uint8Array<ArrayBuffer>, brings = bytes.length): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    async pull(controller) {
      // What came before has left the server by then.
      if (at >= brings && at < bytes.length) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return controller.error(new Error("the connection fails"));
      }
      if (at >= bytes.length) return controller.close();
      const end = Math.min(at + 100, brings);
      controller.enqueue(bytes.subarray(at, end));
      at = end;
    },
  });
}

const etag = { etag: '"one"' };

/** The whole file, of which so many bytes come. */
const whole = (brings = file.length): Answer => () =>
  new Response(body(file, brings), { headers: { ...etag, "content-length": "1000" } });

/** What is asked for by a range, of which so many bytes come. */
const rest =
  (brings = file.length, headers: Record<string, string> = etag): Answer => (request) => {
    const begin = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1]);
    const part = file.slice(begin);
    return new Response(body(part, Math.min(brings, part.length)), {
      status: 206,
      headers: {
        ...headers,
        "content-length": `${part.length}`,
        "content-range": `bytes ${begin}-999/1000`,
      },
    });
  };

Deno.test("download() tells how far it has come", async () => {
  await using server = serve(whole());
  const seen: DownloadProgress[] = [];
  const bytes = await download(server.address, { onProgress: (each) => seen.push(each) });
  assert.deepEqual(bytes, file);
  assert.ok(seen.length >= 1);
  assert.ok(seen.every(({ file, totalBytes }) => file === "weights.bin" && totalBytes === 1000));
  const loaded = seen.map(({ loadedBytes }) => loadedBytes);
  assert.deepEqual(loaded, loaded.toSorted((a, b) => a - b));
  assert.equal(loaded.at(-1), 1000);
});

Deno.test("download() reads a file whose length nobody says", async () => {
  await using server = serve(() => new Response(body(file)));
  assert.deepEqual(await download(server.address), file);
});

Deno.test("download() goes on where it ended", async () => {
  await using server = serve(whole(300), rest(200), rest());
  const bytes = await download(server.address);
  assert.deepEqual(bytes, file);
  assert.deepEqual(server.asked.map(({ range }) => range), [null, "bytes=300-", "bytes=500-"]);
});

Deno.test("download() takes a part on trust where a page may not see its place", async () => {
  const hidden = async (input: RequestInfo | URL, init?: RequestInit) => {
    const response = await fetch(input, init);
    const headers = new Headers(response.headers);
    headers.delete("content-range");
    headers.delete("etag");
    return new Response(response.body, { status: response.status, headers });
  };
  await using server = serve(whole(300), rest());
  assert.deepEqual(await download(server.address, { fetch: hidden }), file);
});

Deno.test("download() begins anew where the file is another now, or comes whole alone", async () => {
  await using other = serve(whole(300), rest(1000, { etag: '"two"' }), whole());
  assert.deepEqual(await download(other.address), file);
  assert.deepEqual(other.asked.map(({ range }) => range), [null, "bytes=300-", null]);
  await using partless = serve(whole(300), whole());
  assert.deepEqual(await download(partless.address), file);
});

Deno.test("download() joins no parts of different files where no ETag tells them", async () => {
  const modified = (day: number) => ({ "last-modified": `Mon, 0${day} Jan 2024 00:00:00 GMT` });
  const old = Uint8Array.from(file, (byte) => byte ^ 1);
  const begin = (headers: Record<string, string>, { length } = old) => () =>
    new Response(body(old, 300), { headers: { "content-length": `${length}`, ...headers } });
  const other = (headers: Record<string, string>) => rest(1000, headers);
  const changed: [Answer, Answer][] = [
    [begin(modified(1)), other(modified(2))],
    [begin({}, new Uint8Array(1200)), other({})],
    [begin({ etag: '"one"' }), other({})],
  ];
  for (const [first, second] of changed) {
    await using server = serve(first, second, whole());
    assert.deepEqual(await download(server.address), file);
    assert.deepEqual(server.asked.map(({ range }) => range), [null, "bytes=300-", null]);
  }
});

Deno.test("download() begins a compressed answer anew, whose parts have other places", async () => {
  const stream = () => new Blob([file]).stream().pipeThrough(new CompressionStream("gzip"));
  const zipped = new Uint8Array(await new Response(stream()).arrayBuffer());
  const headers = { ...etag, "content-encoding": "gzip" };
  const cut = () => new Response(body(zipped, 200), { headers });
  await using server = serve(cut, whole());
  assert.deepEqual(await download(server.address), file);
  assert.deepEqual(server.asked.map(({ range }) => range), [null, null]);
});

Deno.test("download() ends where a server breaks off forever, at other bytes each time", async () => {
  let count = 0;
  const uneven = () => whole(count++ % 2 === 0 ? 300 : 200)(new Request("http://a"));
  await using server = serve(uneven);
  await assert.rejects(download(server.address), { name: "DownloadError" });
  assert.equal(server.asked.length, 4);
  const version = (brings: number): Answer => (request) => {
    const headers = { etag: `"${count++}"` };
    return request.headers.get("range") === null
      ? new Response(body(file, brings), { headers: { ...headers, "content-length": "1000" } })
      : rest(brings, headers)(request);
  };
  await using changing = serve(version(300));
  await assert.rejects(download(changing.address), { name: "DownloadError" });
  assert.ok(changing.asked.length < 10, `${changing.asked.length} requests`);
});

Deno.test("download() says when a file does not fit into memory", async () => {
  const huge: typeof fetch = () =>
    Promise.resolve(new Response(body(file), { headers: { "content-length": "900000000000000" } }));
  await assert.rejects(download("http://a/weights.bin", { fetch: huge }), {
    name: "DownloadError",
    message: /weights\.bin must fit into memory: 900000000000000 bytes don't; take/,
  });
});

Deno.test("download() says at which byte it ended when the rest never comes", async () => {
  await using server = serve(whole(300), rest(0));
  await assert.rejects(download(server.address), (error: unknown) => {
    assert.ok(error instanceof DownloadError);
    assert.equal(error.byte, 300);
    assert.match(error.message, /it ended at byte 300 of 1000, and 3 requests for the rest/);
    return true;
  });
});

Deno.test("download() goes on when the server is back, and says the byte when it is not", async () => {
  const gone = () => new Response("no", { status: 503 });
  await using server = serve(whole(300), gone, gone, rest());
  assert.deepEqual(await download(server.address), file);
  await using lost = serve(whole(300), gone);
  await assert.rejects(download(lost.address), (error: unknown) => {
    assert.ok(error instanceof DownloadError && error.cause instanceof DownloadError);
    assert.equal(error.byte, 300);
    assert.match(error.message, /it ended at byte 300 of 1000/);
    assert.match(error.cause.message, /status 503; try again later/);
    return true;
  });
  assert.equal(lost.asked.length, 4);
});

Deno.test("download() says what answered in the file's place", async () => {
  const html = () =>
    new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } });
  const status = (status: number, headers = {}) => () => new Response("no", { status, headers });
  const said = { "x-error-code": "RepoNotFound", "x-error-message": "Repository not found" };
  const answers: [Answer, RegExp][] = [
    [html, /the answer is a page of HTML; give the address of the file itself/],
    [
      status(401, said),
      /the answer is status 401 \(Repository not found\); it is not there, or private/,
    ],
    [status(403), /the answer is status 403; .* give a fetch that adds your Authorization header/],
    [status(404), /the answer is status 404; look at the name and the revision/],
    [status(503), /the answer is status 503; try again later/],
  ];
  for (const [answer, message] of answers) {
    await using server = serve(answer);
    await assert.rejects(download(server.address), { name: "DownloadError", message });
    assert.equal(server.asked.length, 1);
  }
  await assert.rejects(download("http://127.0.0.1:1/weights.bin"), {
    name: "DownloadError",
    message: /could not be fetched: .*; look at the address, the connection/,
  });
});

Deno.test("download() ends by its signal, and by what onProgress throws", async () => {
  await using server = serve(whole());
  const controller = new AbortController();
  const onProgress = () => controller.abort();
  await assert.rejects(download(server.address, { signal: controller.signal, onProgress }), {
    name: "AbortError",
  });
  await assert.rejects(download(server.address, { signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
  assert.equal(server.asked.length, 1, "asked after it was aborted");
  const stop = () => {
    throw new RangeError("enough");
  };
  await assert.rejects(download(server.address, { onProgress: stop }), { message: "enough" });
});

/** A `Cache` in memory. */
class MemoryCache implements ByteCache {
  readonly kept = new Map<string, Response>();
  match(address: string): Promise<Response | undefined> {
    return Promise.resolve(this.kept.get(address)?.clone());
  }
  put(address: string, response: Response): Promise<void> {
    this.kept.set(address, response);
    return Promise.resolve();
  }
}

Deno.test("download() keeps a file, and asks whether it is still the same", async () => {
  const cache = new MemoryCache();
  await using server = serve(whole());
  assert.deepEqual(await download(server.address, { cache }), file);
  assert.deepEqual(await download(server.address, { cache }), file);
  assert.deepEqual(server.asked.map(({ range }) => range), [null, "bytes=0-0"]);
  const offline = () => Promise.reject(new TypeError("offline"));
  assert.deepEqual(await download(server.address, { cache, fetch: offline }), file);
});

Deno.test("download() fetches a kept file again when the server has another", async () => {
  const cache = new MemoryCache();
  const old = { headers: { etag: '"zero"' } };
  await using server = serve(whole());
  await cache.put(server.address, new Response(new Uint8Array(3), old));
  assert.deepEqual(await download(server.address, { cache }), file);
  assert.deepEqual(server.asked.map(({ range }) => range), ["bytes=0-0", null]);
});

Deno.test("download() keeps nothing of a file that did not come whole, and does without a full cache", async () => {
  const cache = new MemoryCache();
  await using server = serve(whole(300), rest(0));
  await assert.rejects(download(server.address, { cache }));
  assert.equal(cache.kept.size, 0);
  await using other = serve(whole());
  const full: ByteCache = {
    match: () => Promise.resolve(undefined),
    put: () => Promise.reject(new DOMException("full", "QuotaExceededError")),
  };
  assert.deepEqual(await download(other.address, { cache: full }), file);
});
