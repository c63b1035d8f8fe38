import { stepTimes } from "./figures.ts";
import type { SubjectRecord } from "./record.ts";

/**
 * Of the forms in which a framework ran the same step, the one with the smallest median: to be
 * compared with another would flatter.
 *
 * @param subjects all that were measured beside each other
 * @param named one of the forms; any name of one, also where that form was not timed
 * @returns the fastest that was timed; nothing where none was
 */
export function fastestForm(
  subjects: readonly SubjectRecord[],
  named: string,
): SubjectRecord | undefined {
  const median = (record: SubjectRecord) => stepTimes(record).median;
  return subjects
    .filter(({ name, form, blocks }) => blocks.length > 0 && withoutForm(name, form) === named)
    .reduce<SubjectRecord | undefined>(
      (fastest, record) =>
        fastest === undefined || median(record) < median(fastest) ? record : fastest,
      undefined,
    );
}

function withoutForm(name: string, form: SubjectRecord["form"]): string {
  return form === undefined ? name : name.slice(0, -`-${form}`.length);
}
