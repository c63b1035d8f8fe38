/** Signals that ask to end, as processes meet them. */
import assert from "node:assert/strict";
import { linesOf } from "../../../../benchmarks/ground/lines.ts";
import config from "../../../../deno.json" with { type: "json" };
import { notByNohup, withDefaultSignals } from "../../suite_process.ts";

const path = (name: string) => new URL(name, import.meta.url).pathname;
const preload = `--preload=${path("../../../../benchmarks/cli/signals/inherited.ts")}`;

interface Listening {
  next(): Promise<string | undefined>;
  kill(signal: Deno.Signal): void;
  /** Has it start a process. */
  ask(): Promise<void>;
}

/** Runs the program, started so that signals are ignored. */
async function withProgram(
  ignored: string,
  permissions: string[],
  body: (listening: Listening) => Promise<void>,
  program = "listening.ts",
  env: Record<string, string> = notByNohup,
): Promise<void> {
  const args = ["-c", `${ignored && `trap '' ${ignored};`} exec "$0" "$@"`, Deno.execPath()];
  const process = withDefaultSignals(() =>
    new Deno.Command("sh", {
      args: [...args, "run", "--allow-run=sh", ...permissions, path(program)],
      stdin: "piped",
      stdout: "piped",
      env,
    }).spawn()
  );
  const lines = linesOf(process.stdout);
  const stdin = process.stdin.getWriter();
  const next = async () => (await lines.next()).value ?? undefined;
  try {
    assert.equal(await next(), "listening");
    await body({
      next,
      kill: (signal) => process.kill(signal),
      ask: () => stdin.write(new TextEncoder().encode("?\n")),
    });
  } finally {
    process.kill("SIGKILL");
    await stdin.close().catch(() => {});
    await lines.return(undefined);
    await process.status;
  }
}

Deno.test("listenToStops() hears every signal that asks to end", async () => {
  await withProgram("", ["--allow-ffi"], async ({ next, kill }) => {
    for (const signal of ["SIGINT", "SIGHUP", "SIGTERM", "SIGHUP"] as const) {
      kill(signal);
      assert.equal(await next(), "asked to end");
    }
  });
});

Deno.test("listenToStops() leaves an ignored signal ignored, in processes that it starts too", async () => {
  await withProgram("HUP INT", ["--allow-ffi"], async ({ next, kill, ask }) => {
    kill("SIGHUP");
    kill("SIGINT");
    await ask();
    assert.equal(await next(), "the child lives");
    await new Promise((resolve) => setTimeout(resolve, 1000)); // Deno has set its own handlers by now
    kill("SIGHUP");
    await ask();
    assert.equal(await next(), "the child lives");
    kill("SIGTERM");
    assert.equal(await next(), "asked to end");
  });
});

Deno.test("listenToStops() leaves it ignored where the program's modules take long to load", async () => {
  const permissions = [preload, "--allow-ffi", "--allow-read"];
  await withProgram("HUP", permissions, async ({ kill, ask, next }) => {
    kill("SIGHUP");
    await ask();
    assert.equal(await next(), "the child lives");
  }, "slow_start.ts");
});

Deno.test("inherited.ts has it ignored from its loading on, however long the rest takes", async () => {
  const signalled = `trap '' HUP; "$0" "$@" & sleep 0.7; kill -HUP $!; wait $!`;
  const { code, stderr } = await withDefaultSignals(() =>
    new Deno.Command("sh", {
      args: [
        "-c",
        signalled,
        Deno.execPath(),
        "run",
        preload,
        "--allow-ffi",
        path("slow_start.ts"),
      ],
      env: notByNohup,
      stdin: "null",
    }).output()
  );
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});

Deno.test("listenToStops() knows nohup by the command too, as `deno task` forgets what is ignored", async () => {
  const permissions = [preload, "--allow-ffi", "--allow-read"];
  const nohup = { _: "/usr/bin/nohup" };
  await withProgram(
    "",
    permissions,
    async ({ kill, ask, next }) => {
      kill("SIGHUP");
      await ask();
      assert.equal(await next(), "the child lives");
      kill("SIGTERM");
      assert.equal(await next(), "asked to end");
    },
    "listening.ts",
    nohup,
  );
});

Deno.test("listenToStops() hears all signals where the system cannot be asked", async () => {
  await withProgram("HUP", [], async ({ next, kill, ask }) => {
    kill("SIGHUP");
    assert.equal(await next(), "asked to end");
    await ask();
    assert.equal(await next(), "the child died");
  });
});

Deno.test("tasks that answer signals ask the system which are ignored, before all else", () => {
  const answering = Object.entries(config.tasks).filter(([name]) =>
    name.startsWith("bench:") && name !== "bench:gradients"
  );
  assert.equal(answering.length, 5);
  for (const [name, { command }] of answering) {
    assert.match(
      command,
      /^deno run --preload=benchmarks\/cli\/signals\/inherited\.ts .*--allow-ffi /,
      name,
    );
  }
});
