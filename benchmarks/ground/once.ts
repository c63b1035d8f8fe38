/**
 * Values that are made once for each key.
 *
 * @returns a function that gives a key's value, made at its first asking. What throws is asked again;
 * a promise that is rejected stays so
 */
export function oncePerKey<T>(): (key: readonly unknown[], make: () => T) => T {
  const made = new Map<string, T>();
  return (key, make) => {
    const text = JSON.stringify(key);
    if (!made.has(text)) made.set(text, make());
    return made.get(text)!;
  };
}
