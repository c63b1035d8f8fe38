/** `bench:reference` of tiny parts, for tests that start it as a process. */
import { start } from "../../../benchmarks/cli/program.ts";
import { referenceProgram } from "../../../benchmarks/reference/command.ts";
import { tinyParts } from "./tiny_parts.ts";

if (import.meta.main) await start(referenceProgram(tinyParts));
