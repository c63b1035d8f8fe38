import type { ImageEntry } from "../../datasets/archives/entry.ts";
import type { Finding } from "./findings.ts";
import { counted } from "../ground/format.ts";
import type { SeenPart } from "./seen.ts";

/** An image among those with the same bytes. */
interface Place {
  part: SeenPart;
  index: number;
}

/** Images that are the same, byte by byte: in both parts, in two classes, or twice. */
export function duplicateFindings(parts: readonly SeenPart[]): Finding[] {
  const groups = sameBytes(parts);
  const both = groups.filter((group) => new Set(group.map(({ part }) => part)).size > 1);
  const contradicting = groups.filter((group) => new Set(group.map(labelOf)).size > 1);
  const told = new Set([...both, ...contradicting]);
  const within = groups.filter((group) => !told.has(group));
  const texts = (groups: readonly Place[][]) =>
    groups.map((group) => group.map(nameOf).join(" = "));
  return [
    ...finding(texts(both), {
      level: "wrong",
      code: "in-both-parts",
      message: `${pictures(both)} in both parts, trained on and evaluated on`,
      advice: "Scores tell nothing of them: take them out of one part",
    }),
    ...finding(texts(contradicting), {
      level: "wrong",
      code: "in-two-classes",
      message: `${pictures(contradicting)} in two classes or more`,
      advice: "Keep each in its own",
    }),
    ...finding(texts(within), {
      level: "odd",
      code: "same-picture",
      message: `${pictures(within)} more than once in a part`,
      advice: "They count more than others; remove the copies unless that is meant",
    }),
  ];
}

function finding(items: readonly string[], rest: Omit<Finding, "items">): Finding[] {
  return items.length === 0 ? [] : [{ ...rest, items }];
}

function sameBytes(parts: readonly SeenPart[]): Place[][] {
  const first = new Map<string, Place>();
  const groups = new Map<string, Place[]>();
  for (const part of parts) {
    for (let index = 0; index < part.inspection.length; index++) {
      const hash = part.inspection.row(index).hash;
      if (hash === undefined) continue;
      const [place, other] = [{ part, index }, first.get(hash)];
      if (other === undefined) first.set(hash, place);
      else groups.set(hash, [...groups.get(hash) ?? [other], place]);
    }
  }
  return [...groups.values()];
}

function pictures(groups: readonly unknown[]): string {
  return `${counted(groups.length, "picture")} ${groups.length === 1 ? "is" : "are"}`;
}

/** The class of a picture; all images with masks have none. */
function labelOf({ part, index }: Place): number {
  const entry = part.entry(index);
  return "mask" in entry ? 0 : (entry as ImageEntry).label;
}

function nameOf({ part, index }: Place): string {
  const entry = part.entry(index);
  return "mask" in entry ? entry.image : entry.name;
}
