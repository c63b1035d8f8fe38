/**
 * Second readers in Python: `peers.py` in a process of its own, and the packages that it needs in a
 * virtual environment that is made where it is wanted.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refused, type SecondReader } from "./target.ts";

const script = fileURLToPath(new URL("peers.py", import.meta.url));
const requirements = fileURLToPath(new URL("requirements.txt", import.meta.url));

/** What a virtual environment's Python is called. */
function pythonIn(folder: string): string {
  return Deno.build.os === "windows"
    ? join(folder, "Scripts/python.exe")
    : join(folder, "bin/python");
}

/**
 * The Python of a virtual environment with the second readers' packages, which is made where it is not
 * there.
 *
 * @returns nothing where it cannot be made: why is told
 */
export async function preparePython(
  folder: string,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const python = pythonIn(folder);
  const wanted = await Deno.readTextFile(requirements);
  const mark = join(folder, "installed.txt");
  if (await Deno.readTextFile(mark).catch(() => "") === wanted) return python;
  tell(`second readers: ${folder} is made, with ${wanted.trim().split("\n").join(", ")}`);
  const steps = [
    ["python3", "-m", "venv", folder],
    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements],
  ];
  for (const [command, ...args] of steps) {
    const { success, stderr } = await new Deno.Command(command!, { args, stdin: "null" }).output()
      .catch((error) => ({ success: false, stderr: new TextEncoder().encode(`${error}`) }));
    if (success) continue;
    const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
    tell(`second readers are not asked: ${command} ${args.join(" ")} failed (${reason})`);
    return undefined;
  }
  await Deno.writeTextFile(mark, wanted);
  return python;
}

/** A second reader of `peers.py`. */
export async function pythonReader(python: string, format: string): Promise<SecondReader> {
  let process = await startReader(python, format);
  return {
    name: process.name,
    async read(bytes) {
      const answer = await process.ask(bytes);
      if (answer === undefined) {
        await process.close();
        process = await startReader(python, format);
        throw new Refused("its process ended");
      }
      if ("no" in answer) throw new Refused(answer.no);
      return answer.yes;
    },
    close: () => process.close(),
  };
}

type Answer = { yes: string } | { no: string };

interface ReaderProcess {
  name: string;
  /** Nothing where the process has ended. */
  ask(bytes: Uint8Array): Promise<Answer | undefined>;
  close(): Promise<void>;
}

/** Requests are bytes after their number (4 bytes, lowest first), answers lines of JSON. */
async function startReader(python: string, format: string): Promise<ReaderProcess> {
  const child = new Deno.Command(python, {
    args: ["-u", "-W", "ignore", script, format],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const line = async (): Promise<string | undefined> => {
    while (!rest.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) return undefined;
      rest += value;
    }
    const end = rest.indexOf("\n");
    const found = rest.slice(0, end);
    rest = rest.slice(end + 1);
    return found;
  };
  const name = await line();
  if (name === undefined) throw new Error(`${python} ${script} ${format} does not start`);
  return {
    name,
    async ask(bytes) {
      const length = new Uint8Array(4);
      new DataView(length.buffer).setUint32(0, bytes.length, true);
      try {
        await writer.write(length);
        await writer.write(bytes);
        const text = await line();
        return text === undefined ? undefined : JSON.parse(text) as Answer;
      } catch (error) {
        if (error instanceof SyntaxError) throw error;
        return undefined;
      }
    },
    async close() {
      await writer.close().catch(() => {});
      await reader.cancel().catch(() => {});
      await child.status;
    },
  };
}
