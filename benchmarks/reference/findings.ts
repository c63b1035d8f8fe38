/**
 * What kept reports say of the claims, judged anew from their records.
 *
 * @module
 */
import { join } from "node:path";
import { claims } from "../experiments/claims/table.ts";
import { UsageError } from "../ground/errors.ts";
import { judge } from "../judge/claims/judge.ts";
import type { ClaimRow } from "../judge/claims/row.ts";
import { judgeTimings } from "../judge/claims/timings.ts";
import { type AnyRecord, openRecord, recordIn } from "../record/mod.ts";

/** What one report says of one claim. */
export interface Found {
  /** The claim, as `C6`. */
  id: string;
  statement: string;
  /** The report's folder, below that of all reports. */
  report: string;
  /** What it says; nothing where it is not there yet. */
  judged?: { row: ClaimRow; record: AnyRecord };
}

/**
 * Every claim with each report that bears on it, in the order of the claims and of the evidence.
 *
 * @param reports the folder of all reports
 * @param evidence names of their folders by claim
 * @throws {UsageError} if a claim has no evidence, a claim of the evidence is none, or a record that is
 * there cannot be read or judged
 */
export async function findingsOf(
  reports: string,
  evidence: Readonly<Record<string, readonly string[]>>,
): Promise<Found[]> {
  checkClaims(evidence);
  const names = [...new Set(Object.values(evidence).flat())];
  const judged = new Map(
    await Promise.all(
      names.map(async (name) => [name, await judgedIn(join(reports, name))] as const),
    ),
  );
  return claims.flatMap(({ id, statement }) =>
    evidence[id]!.map((report): Found => {
      const { rows, record } = judged.get(report) ?? {};
      const row = rows?.find((row) => row.id === id);
      if (row === undefined || record === undefined) return { id, statement, report };
      return { id, statement: row.statement, report, judged: { row, record } };
    })
  );
}

/** A record, and what it says of each claim. */
export interface Judged {
  record: AnyRecord;
  rows: ClaimRow[];
}

/**
 * The record in a folder, judged.
 *
 * @returns nothing where there is none
 * @throws {UsageError} if it cannot be read, or is of a kind that tells nothing of claims
 */
export async function judgedIn(folder: string): Promise<Judged | undefined> {
  if (await recordIn(folder) === undefined) return undefined;
  const { record } = await openRecord(folder);
  if (record.kind === "cells") return { record, rows: judge(record) };
  if (record.kind === "timings") return { record, rows: judgeTimings(record) };
  throw new UsageError(
    `Cannot judge claims by ${folder} as it must hold cells or timings: it holds ${record.kind}; ` +
      "take it out of benchmarks/reference/evidence.ts",
  );
}

function checkClaims(evidence: Readonly<Record<string, readonly string[]>>): void {
  const [named, wanted] = [Object.keys(evidence), claims.map(({ id }) => id)];
  const missing = wanted.find((id) => (evidence[id] ?? []).length === 0);
  const stranger = named.find((id) => !wanted.includes(id));
  if (missing === undefined && stranger === undefined) return;
  throw new UsageError(
    `Cannot tell what bears on the claims as the evidence must name reports for ${
      wanted.join(", ")
    }: ` +
      (missing === undefined ? `it has ${stranger}` : `it has none for ${missing}`),
  );
}
