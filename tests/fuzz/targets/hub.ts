/** A hub's answers: configs with lies in them, headers, statuses and bodies that do not agree, broken connections. */
import * as fc from "fast-check";
import { loadPretrained } from "../../../src/models/pretrained/load_pretrained.ts";
import * as tf from "../../../src/tf.ts";
import { bitFile } from "../../models/fixtures/bit.ts";
import { complaintOf } from "../complaints.ts";
import { mutatedJson } from "../mutate/json.ts";
import type { Case, Target } from "../target.ts";

/** What a server says of a file. */
const answers = fc.record({
  status: fc.oneof({ weight: 8, arbitrary: fc.constant(200) }, {
    weight: 1,
    arbitrary: fc.constantFrom(206, 204, 301, 401, 403, 404, 416, 429, 500, 503),
  }),
  length: fc.oneof({ weight: 6, arbitrary: fc.constant("right") }, {
    weight: 1,
    arbitrary: fc.constantFrom(
      "",
      "0",
      "-1",
      "1e9",
      "99999999999999",
      "4294967296",
      "x",
      "NaN",
      "12",
      "1000000",
    ),
  }),
  range: fc.oneof({ weight: 6, arbitrary: fc.constant("") }, {
    weight: 1,
    arbitrary: fc.constantFrom(
      "bytes 0-0/1",
      "bytes 5-9/10",
      "bytes */0",
      "x",
      "bytes 0-9/99999999999999",
      "bytes 0-9/0",
    ),
  }),
  type: fc.constantFrom("", "", "", "text/html", "application/json"),
  encoding: fc.constantFrom("", "", "", "", "gzip", "br"),
  etag: fc.constantFrom("", '"a"', '"a"', "W/", "x".repeat(500)),
  code: fc.constantFrom("", "", "EntryNotFound", "RepoNotFound", "x"),
  ends: fc.oneof({ weight: 6, arbitrary: fc.constant("whole") }, {
    weight: 1,
    arbitrary: fc.constantFrom("cut", "broken", "empty", "more", "throws"),
  }),
});

type Answer = typeof answers extends fc.Arbitrary<infer T> ? T : never;

function respond(bytes: Uint8Array, answer: Answer): Response {
  const { status, length, range, type, encoding, etag, code, ends } = answer;
  if (ends === "throws") throw new TypeError("connection refused");
  const body = ends === "cut" || ends === "broken"
    ? bytes.slice(0, bytes.length >> 1)
    : ends === "empty"
    ? bytes.slice(0, 0)
    : ends === "more"
    ? new Uint8Array([...bytes, 1, 2, 3])
    : bytes;
  const headers = new Headers();
  const put = (name: string, value: string) => value !== "" && headers.set(name, value);
  put("content-length", length === "right" ? `${bytes.length}` : length);
  put("content-range", range);
  put("content-type", type);
  put("content-encoding", encoding);
  put("etag", etag);
  put("x-error-code", code);
  const stream = new ReadableStream({
    start(controller) {
      if (body.length > 0) controller.enqueue(body.slice());
      if (ends === "broken") controller.error(new TypeError("reset"));
      else controller.close();
    },
  });
  return new Response(status === 204 || status === 301 ? null : stream, { status, headers });
}

export async function start(): Promise<Target> {
  await tf.setBackend("cpu");
  const weights = bitFile("transformers.safetensors");
  const config = JSON.parse(new TextDecoder().decode(bitFile("transformers.json")));
  const timm = {
    architecture: "resnetv2_50x1_bit",
    num_classes: 5,
    pretrained_cfg: { mean: [0.5, 0.5, 0.5] },
  };
  const configs = mutatedJson([["transformers", config], ["timm", timm]]);
  const preprocessors = mutatedJson([["preprocessor", {
    crop_pct: 0.875,
    size: { height: 32, width: 32 },
  }]]);
  const cases = fc.record({
    configs,
    preprocessors,
    first: answers,
    second: answers,
    third: answers,
    again: answers,
  })
    .map(({ configs, preprocessors, first, second, third, again }): Case => {
      const all = {
        config: configs.bytes.toBase64(),
        preprocessor: preprocessors.bytes.toBase64(),
        answers: { config: first, preprocessor_config: second, model: third, again },
      };
      return {
        bytes: new TextEncoder().encode(JSON.stringify(all)),
        made: JSON.stringify([configs.made, preprocessors.made, all.answers]),
      };
    });
  return {
    cases,
    async read(bytes) {
      const { config, preprocessor, answers } = JSON.parse(new TextDecoder().decode(bytes));
      const files: Record<string, Uint8Array> = {
        config: Uint8Array.fromBase64(config),
        preprocessor_config: Uint8Array.fromBase64(preprocessor),
        model: weights,
      };
      const asked = new Set<string>();
      let calls = 0;
      const fetch = (input: unknown) => {
        if (calls++ > 40) throw new Error("asks without end");
        const name = new URL(String(input)).pathname.split("/").at(-1)!.split(".")[0]!;
        const answer: Answer = asked.has(name) ? answers.again : answers[name] ?? answers.again;
        asked.add(name);
        return Promise.resolve().then(() => respond(files[name] ?? new Uint8Array(), answer));
      };
      const { model, description } = await loadPretrained("hf:owner/name", {
        fetch: fetch as typeof globalThis.fetch,
      });
      model.dispose();
      return description;
    },
    complaint: (error) => complaintOf(error, ["TypeError", "RangeError", "DownloadError"]),
  };
}
