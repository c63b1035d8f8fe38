/** Any value that a schema takes, as JSON would hold it. */
import fc from "fast-check";

/** What of valibot's schemas the generator reads. */
interface Schema {
  type: string;
  pipe?: (Schema & { requirement?: number })[];
  entries?: Record<string, Schema>;
  item?: Schema;
  items?: Schema[];
  value?: Schema;
  wrapped?: Schema;
  options?: unknown[];
  literal?: unknown;
}

/** Names of keys that valibot takes no value of, and those that settings must not have. */
const forbidden: readonly string[] = [
  ...["__proto__", "prototype", "constructor"],
  ...["toString", "valueOf", "toJSON"],
];

/** Names of arms are keys, too. */
const text = fc.string().filter((name) => !forbidden.includes(name));

/**
 * What a schema of this project's records gives back: a number that may be missing is NaN.
 *
 * @param schema of valibot
 */
export function arbitraryOf(schema: object): fc.Arbitrary<unknown> {
  return of(schema as Schema);
}

function of(schema: Schema): fc.Arbitrary<unknown> {
  const actions = actionsOf(schema);
  const has = (type: string) => actions.find((action) => action.type === type);
  if (schema.type === "number") {
    const least = Math.max(
      ...actions.flatMap(({ type, requirement = 0 }) =>
        type === "min_value" ? [requirement] : type === "gt_value" ? [Number.MIN_VALUE] : []
      ),
      -1e300,
    );
    const most = has("max_value")?.requirement ?? 1e300;
    return has("integer")
      ? fc.integer({ min: least, max: Math.min(most, 2 ** 31) })
      : fc.double({ min: least, max: most, noNaN: true }).map((value) => value === 0 ? 0 : value);
  }
  if (schema.type === "string") {
    if (has("iso_timestamp")) {
      const range = { min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true };
      return fc.date(range).map((date) => date.toISOString());
    }
    return has("base64") ? fc.base64String({ minLength: 4 }) : text;
  }
  return made[schema.type]!(schema);
}

/** A pipe may begin with another. */
function actionsOf(
  { pipe: [first, ...actions] = [] }: Schema,
): { type: string; requirement?: number }[] {
  return first === undefined ? [] : [...actionsOf(first), ...actions];
}

const made: Readonly<Record<string, (schema: Schema) => fc.Arbitrary<unknown>>> = {
  boolean: () => fc.boolean(),
  literal: ({ literal }) => fc.constant(literal),
  picklist: ({ options }) => fc.constantFrom(...options!),
  union: ({ options }) => fc.oneof(...options!.map((option) => of(option as Schema))),
  nullable: ({ wrapped, pipe }) =>
    fc.option(of(wrapped!), { nil: pipe === undefined ? null : NaN }),
  array: ({ item }) => fc.array(of(item!), { maxLength: 3 }),
  strict_tuple: ({ items }) => fc.tuple(...items!.map(of)),
  record: ({ value }) => {
    return fc.dictionary(text, of(value!), { maxKeys: 3, noNullPrototype: true });
  },
  lazy: () => fc.json({ maxDepth: 2 }).map(parsed),
  strict_object: ({ entries }) => {
    const all = Object.entries(entries!);
    const model = Object.fromEntries(
      all.map((
        [key, entry],
      ) => [key, of(entry.type === "exact_optional" ? entry.wrapped! : entry)]),
    );
    const requiredKeys = all.filter(([, { type }]) => type !== "exact_optional").map(([key]) =>
      key
    );
    return fc.record(model, { requiredKeys, noNullPrototype: true });
  },
};

/** Keys that valibot takes none of are left out. */
function parsed(text: string): unknown {
  return JSON.parse(text, function (this: object, key, value) {
    return forbidden.includes(key) ? undefined : value === 0 ? 0 : value;
  });
}
