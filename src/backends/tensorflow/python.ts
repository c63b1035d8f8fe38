/**
 * The parts of the setup that Python does: `pip download`, and unpacking what was downloaded.
 * Wheels are zip files of up to gigabytes; Python, which pip needs anyway, unpacks them as a
 * stream and holds each file against its wheel's list of hashes.
 *
 * @module
 */
import { FILE_LIST } from "./installed_files.ts";

/**
 * Ends Python together with the setup, however that ends: the setup holds the other side of stdin,
 * which the system then closes. An interrupt lets pip remove its temporary files; if that has no
 * effect, as while a server is silent, Python ends at once. No module is imported from the current
 * folder.
 */
const END_TOGETHER = `
import _thread, os, sys, threading, time
sys.path[:] = [folder for folder in sys.path if folder]
def end_together():
    while os.read(0, 1024):
        pass
    _thread.interrupt_main()
    time.sleep(2)
    os._exit(1)
threading.Thread(target=end_together, daemon=True).start()
`;

const PIP = `
import runpy
runpy.run_module("pip", run_name="__main__", alter_sys=True)
`;

/**
 * Unpacks the members that match a pattern: arguments are pattern, target, list, wheels. Each file is
 * held against what its wheel's RECORD says of it, as it is written; `list`, in the form of
 * `sha256sum`, says the same of what has been unpacked.
 */
const UNPACK = `
import base64, csv, hashlib, io, os, re, sys, zipfile
def records(archive):
    names = [name for name in archive.namelist() if re.fullmatch(r"[^/]+[.]dist-info/RECORD", name)]
    if len(names) != 1:
        raise ValueError(f"it has {len(names)} lists of its files' hashes (RECORD) instead of one")
    rows = csv.reader(io.StringIO(archive.read(names[0]).decode("utf-8")))
    return {row[0]: row[1:3] for row in rows if len(row) == 3}
def unpack(archive, member, said, path):
    if ".." in member.filename.split("/"):
        raise ValueError(f"{member.filename} leads out of the folder")
    if os.path.exists(path):
        raise ValueError(f"{member.filename} is there twice")
    if said is None or not said[0].startswith("sha256="):
        raise ValueError(f"{member.filename} has no SHA-256 in its RECORD")
    digest, size = hashlib.sha256(), 0
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with archive.open(member) as source, open(path, "wb") as file:
        while chunk := source.read(1 << 20):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    seen = "sha256=" + base64.urlsafe_b64encode(digest.digest()).rstrip(b"=").decode("ascii")
    if [seen, str(size)] != said:
        raise ValueError(f"{member.filename} is damaged: it has {size} bytes, {seen}, and its RECORD "
                         f"says {said[1]} bytes, {said[0]}")
    os.chmod(path, 0o755)
    return digest.hexdigest()
pattern, target, listed, *wheels = sys.argv[1:]
os.makedirs(target, exist_ok=True)
with open(os.path.join(target, listed), "w", encoding="utf-8") as lines:
    for wheel in wheels:
        try:
            with zipfile.ZipFile(wheel) as archive:
                said = records(archive)
                for member in archive.infolist():
                    if member.is_dir() or not re.fullmatch(pattern, member.filename):
                        continue
                    path = os.path.join(target, *member.filename.split("/"))
                    found = unpack(archive, member, said.get(member.filename), path)
                    lines.write(f"{found}  {member.filename}\\n")
        except (ValueError, OSError, EOFError, zipfile.BadZipFile, zipfile.zlib.error) as error:
            sys.exit(f"Cannot unpack {wheel}: {error}")
`;

/** A child process of the setup failed. */
export class SetupError extends Error {
  override name = "SetupError";
}

/** Says why pip cannot be used, or nothing where it can. */
export async function findPip(): Promise<string | undefined> {
  try {
    const { success } = await python(["-c", END_TOGETHER + PIP, "--version"], "null");
    return success ? undefined : "python3 has no pip (`python3 -m pip --version` fails)";
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "python3 is not on PATH";
    throw error;
  }
}

/**
 * Downloads wheels into a folder. Files that are already there are not downloaded again.
 *
 * @throws {SetupError} where pip fails; pip itself has reported why
 */
export async function downloadWheels(
  requirementsFile: string,
  platforms: readonly string[],
  pythonVersion: string,
  folder: string,
): Promise<void> {
  const tags = platforms.flatMap((platform) => ["--platform", platform]);
  await mustSucceed("the download (pip's message is above; run the setup again to resume)", [
    ...[
      "-c",
      END_TOGETHER + PIP,
      "download",
      "--no-deps",
      "--only-binary=:all:",
      "--require-hashes",
    ],
    ...["--disable-pip-version-check", ...tags, "--python-version", pythonVersion],
    ...["--dest", folder, "--requirement", requirementsFile],
  ]);
}

/**
 * Unpacks the members of wheels whose whole name matches a Python regular expression, and writes the
 * list of them, which `verifyFiles` reads.
 *
 * @throws {SetupError} where that fails: a damaged wheel, a file that is not the one of its wheel's
 *   RECORD, a full disk; Python has reported why
 */
export async function unpackWheels(
  wheels: readonly string[],
  pattern: string,
  target: string,
): Promise<void> {
  const args = ["-c", END_TOGETHER + UNPACK, pattern, target, FILE_LIST, ...wheels];
  await mustSucceed("unpacking (the line above says why; the library that was there stays)", args);
}

async function mustSucceed(what: string, args: string[]): Promise<void> {
  const { code } = await python(args, "inherit");
  if (code !== 0) throw new SetupError(`Cannot set TensorFlow up: ${what} failed`);
}

/**
 * Deno refuses to start a child under a scoped `--allow-run` while any `LD_…` variable is set, so
 * the environment is passed on without them. Python ends when its stdin does.
 */
async function python(args: string[], output: "inherit" | "null"): Promise<Deno.CommandStatus> {
  const entries = Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("LD_"));
  const command = new Deno.Command("python3", {
    args,
    clearEnv: true,
    env: Object.fromEntries(entries),
    stdin: "piped",
    stdout: output,
    stderr: output,
  });
  const child = command.spawn();
  const status = await child.status;
  await child.stdin.close().catch(() => {}); // it has ended
  return status;
}
