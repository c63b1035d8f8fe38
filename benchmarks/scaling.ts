/**
 * `deno task bench:scaling`: what a step of data-parallel training takes over workers, here and in
 * PyTorch.
 *
 * The interpreters of `--peers` are the user's, so `--allow-run` has no scope.
 *
 * @module
 */
import { start } from "./cli/program.ts";
import { scaling } from "./scaling/command.ts";

if (import.meta.main) await start(scaling);
