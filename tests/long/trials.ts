import type { Trial } from "./trial.ts";
import { captured } from "./trials/captured.ts";
import { eager } from "./trials/eager.ts";
import { loader } from "./trials/loader.ts";
import { resumes } from "./trials/resumes.ts";

/** Every trial, by its name. */
export const trials: Readonly<Record<string, Trial>> = { captured, eager, resumes, loader };
