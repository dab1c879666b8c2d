/** True when every word of `filter` occurs in one of the texts, whatever the case. An empty filter lets all through. */
export function matches(filter: string, ...texts: readonly (string | undefined)[]): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = texts.filter((one) => one !== undefined).join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** Labels as one text to look through: `name=value` per line. */
export function textOf(labels: Record<string, string> | undefined): string {
  return Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`).join('\n');
}
