import assert from "node:assert/strict";
import { linesOf } from "../../../../benchmarks/ground/lines.ts";
import { notByNohup, withDefaultSignals } from "../../suite_process.ts";

const program = new URL("stopping.ts", import.meta.url).pathname;

Deno.test("stopSignal() aborts at the first request, says how to stop at once, and does at the next", async () => {
  const process = withDefaultSignals(() =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-ffi", program],
      env: notByNohup,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn()
  );
  const stdout = linesOf(process.stdout);
  const stderr = new Response(process.stderr).text();
  assert.equal((await stdout.next()).value, "listening");
  process.kill("SIGINT");
  assert.equal((await stdout.next()).value, "aborted");
  let isOver = false;
  const status = process.status.finally(() => isOver = true);
  while (!isOver) { // what comes at once may be the same request
    process.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  assert.equal((await status).signal, "SIGINT");
  assert.equal(await stderr, "\nstopping after what is under way; once more to stop at once\n");
  await stdout.return(undefined);
});

Deno.test("stopSignal() aborts at SIGUSR1, and is not ended by more of them", async () => {
  const process = withDefaultSignals(() =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-ffi", program],
      env: notByNohup,
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn()
  );
  const stdout = linesOf(process.stdout);
  assert.equal((await stdout.next()).value, "listening");
  process.kill("SIGUSR1");
  assert.equal((await stdout.next()).value, "aborted");
  await new Promise((resolve) => setTimeout(resolve, 800)); // as long as the same request lasts
  for (let i = 0; i < 3; i++) process.kill("SIGUSR1");
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.kill("SIGTERM");
  assert.equal((await process.status).signal, "SIGTERM", "what ended it");
  await stdout.return(undefined);
});
