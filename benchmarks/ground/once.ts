/**
 * Values that are made once for each key.
 *
 * @returns a function that gives a key's value, made at its first asking; one that could not be made
 * is not kept
 */
export function oncePerKey<T>(): (key: readonly unknown[], make: () => T) => T {
  const made = new Map<string, T>();
  return (key, make) => {
    const text = JSON.stringify(key);
    if (!made.has(text)) made.set(text, make());
    return made.get(text)!;
  };
}
