/**
 * `deno task bench:detection`: how often `bench:compare` finds a step that became 10 % slower and a
 * drop in quality, and how often it raises an alarm where nothing changed.
 *
 * The committed state of this repository is compared with itself; the slow-down is a busy wait that
 * is written into a checkout, the drop a lower learning rate.
 *
 * @module
 */
import { endWith } from "./cli/exit.ts";
import { abortSignal } from "./cli/signals/abort_signal.ts";
import { runDetection } from "./changes/detection/command.ts";

if (import.meta.main) await endWith(() => runDetection(Deno.args, abortSignal()));
