import { backendNames } from "../../src/backends/select.ts";
import type { Ending } from "../cli/exit.ts";
import { type Program, program } from "../cli/program.ts";
import { duration } from "../cli/progress.ts";
import { checkWritableFile, writeAtomic } from "../ground/files.ts";
import { environment } from "../record/environment.ts";
import { markdown } from "../report/render/markdown.ts";
import { doctorDocument } from "./document.ts";
import { type Examination, examine } from "./examination.ts";
import { nvidiaDriver } from "./nvidia_driver.ts";
import { type DoctorAsked, doctorOptions } from "./options.ts";
import { personal, withoutPersonal } from "./privacy.ts";
import { usual, variantsOf } from "./subjects.ts";
import { faultsOf } from "./verdict.ts";

/** `deno task doctor`, from its options to its report. */
export const doctor: Program = program<DoctorAsked>({
  command: "deno task doctor",
  summary:
    "What this machine can do: which backends start, whether their values are PyTorch's, what a " +
    "training step takes plain and with weight standardization. Writes Markdown to paste into an " +
    "issue, without names of people, machines or folders. About a minute.",
  options: doctorOptions,
  examples: ["deno task doctor", "deno task doctor --backend tensorflow --out doctor.md"],
  endings: {
    done: "all backends that start are right",
    failed: "one is wrong, or crashed",
    usage: "usage, or a backend that --backend names does not start",
  },
  run,
});

async function run({ backend, out, seconds, limit }: DoctorAsked): Promise<Ending> {
  if (out !== undefined) await checkWritableFile(out, "--out");
  const scrub = withoutPersonal(personal());
  const start = performance.now();
  const examinations: Examination[] = [];
  const queue = (backend.length > 0 ? [...new Set(backend)] : backendNames).map(usual);
  for (let subject = queue.shift(); subject !== undefined; subject = queue.shift()) {
    console.error(`${subject.title} …`);
    const options = { seconds, limitSeconds: limit, scrub };
    const examination = await examine(subject, options);
    examinations.push(examination);
    console.error(`${subject.title}: ${inAWord(examination)}`);
    const isVariant = Object.keys(subject.env).length > 0;
    if (examination.started !== undefined && !isVariant) {
      queue.unshift(...variantsOf(subject, examination.started));
    }
  }
  const machine = await environment({ backend: "" });
  const nvidia = await nvidiaDriver();
  const text = markdown(doctorDocument({ machine, nvidia, examinations }));
  if (out === undefined) console.log(text.trimEnd());
  else await writeAtomic(out, text);
  console.error(
    `${out === undefined ? "done" : `report: ${out}`} (${duration(performance.now() - start)})`,
  );
  return endingOf(examinations, backend.length > 0);
}

function inAWord(examination: Examination): string {
  const [first] = faultsOf(examination);
  if (first !== undefined) return `wrong: ${first}`;
  const { unavailable } = examination;
  return unavailable === undefined ? "right" : `does not start. ${unavailable}`;
}

/** A backend that is asked for and does not start is a mistake of the command line, as elsewhere. */
function endingOf(examinations: readonly Examination[], named: boolean): Ending {
  if (examinations.some((examination) => faultsOf(examination).length > 0)) return "failed";
  const all = examinations.every(({ started }) => started !== undefined);
  return named && !all ? "usage" : "done";
}
