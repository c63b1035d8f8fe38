/**
 * What a target of the fuzzer is: a parser, and what it is given.
 *
 * @module
 */
import type * as fc from "fast-check";

/** One input of a parser. */
export interface Case {
  /** What the parser is given. */
  readonly bytes: Uint8Array;
  /** How it was made, in words, for whoever reads of a fault. */
  readonly made: string;
}

/** A parser with its inputs. */
export interface Target {
  /** Inputs: valid ones, changed ones, and such as were built with lies in them. */
  readonly cases: fc.Arbitrary<Case>;
  /**
   * Gives the parser an input.
   *
   * @returns what it read, in a text that a second reader's can be compared with
   */
  read(bytes: Uint8Array): Promise<string> | string;
  /**
   * What is wrong with an error that the parser threw; nothing where it is one of those that the
   * documentation tells, and says what is wrong with which file.
   */
  complaint(error: Error): string | undefined;
  /**
   * Where damage need not show, as the format has no checksums, and decoders make different things of it:
   * then only what stands before the first blank of both texts must be the same.
   */
  readonly isInexact?: boolean;
  /** A second reader of the same format, if there is one. */
  readonly second?: SecondReader;
}

/** A second reader, which is asked after the first. */
export interface SecondReader {
  /** What it is, with its version where it knows it, for the table. */
  readonly name: string;
  /**
   * What it reads.
   *
   * @throws {Refused} where it refuses; anything else that it throws is a fault of the fuzzer
   */
  read(bytes: Uint8Array): Promise<string>;
  /** Ends it. */
  close?(): Promise<void>;
}

/** What a second reader says of an input that it does not take. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** How a second reader is started: none where what it needs is absent. */
export type StartSecond = (python: string | undefined) => Promise<SecondReader | undefined>;

/** What a file in `targets/` exports: a target is made in the process that it is run in. */
export interface TargetModule {
  /** Makes the target. */
  readonly start: (python: string | undefined) => Promise<Target>;
}
