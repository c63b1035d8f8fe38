/**
 * Records of earlier versions, made into what this version writes. Version 1 had a form for each
 * program, under names of their own; version 2 has a head that all share, and a kind.
 *
 * @module
 */
import { schemaVersion } from "./head.ts";
import type { Kind } from "./kinds.ts";

/** What was parsed from JSON, not checked yet. */
export type Fields = Record<string, unknown>;

/** The kinds of records that version 1 had. */
type EarlyKind = Exclude<Kind, "scaling">;

/** What version 1 called its files; `result.json` is the present name of all. */
export const oldNames: { readonly [K in EarlyKind]: string } = {
  cells: "result.json",
  timings: "overhead.json",
  changes: "comparison.json",
  detection: "detection.json",
};

/**
 * A record of version 1 in the present form. Fields that are wrong stay so, for the schema to tell.
 */
export function fromVersion1(fields: Fields): Fields {
  return { ...migrations[kindOf(fields)](fields), schemaVersion };
}

/** Version 1 named its kind only where it was neither cells nor timings. */
function kindOf({ kind, suite }: Fields): EarlyKind {
  if (kind === "regression") return "changes";
  if (kind === "detection") return "detection";
  return suite === "overhead" ? "timings" : "cells";
}

const migrations: { readonly [K in EarlyKind]: (fields: Fields) => Fields } = {
  cells: (fields) => ({ ...fields, kind: "cells" }),
  timings: ({ subjects, rows, warnings, ...fields }) => ({
    ...fields,
    kind: "timings",
    title: "What a step costs",
    warnings: [], // they are a row's
    rows: rows ?? [{
      values: {},
      createdAt: fields.createdAt,
      complete: fields.complete,
      subjects,
      ...(warnings !== undefined && { warnings }),
    }],
  }),
  changes: ({ config, ...fields }) => {
    const { profile, ...values } = (config ?? {}) as Fields;
    return {
      ...fields,
      ...{ kind: "changes", suite: "compare", profile, title: "Two versions beside each other" },
      config: values,
      complete: true,
    };
  },
  detection: ({ commit, environment, ...fields }) => ({
    ...fields,
    ...{ kind: "detection", suite: "detection", profile: "quick", warnings: [] },
    title: "What bench:compare finds, and what it takes for a change",
    environment: { ...(environment as Fields), commit },
  }),
};
