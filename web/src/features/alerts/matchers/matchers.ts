import type { Labels } from '../../../format/labels';
import { matchersOf, parseMatchers, printMatcher, type Read } from '../../../format/matchers';

/**
 * What somebody typed into a filter, as matchers in canonical writing. One bare word is part of an alert's name:
 * that is what most people look for.
 */
export function readFilter(text: string): Read<string[]> {
  const trimmed = text.trim();
  if (/^[\w.:-]+$/.test(trimmed)) return { value: [printMatcher({ name: 'alertname', value: `(?i).*${trimmed.replace(/[.]/g, '\\.')}.*`, isRegex: true, isEqual: true })] };
  const read = parseMatchers(trimmed);
  return read.value === undefined ? read : { value: read.value.map(printMatcher) };
}

/** How many of these sets of labels each matcher selects that asks for one value. Made once for many keystrokes. */
export function tally(labelSets: readonly Labels[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const labels of labelSets) {
    for (const matcher of matchersOf(labels)) {
      const text = printMatcher(matcher);
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return counts;
}

/** Matchers that fit what was typed so far: names of alerts first, then the most frequent. */
export function completions(typed: string, taken: readonly string[], counts: ReadonlyMap<string, number>, atMost = 40): { matcher: string; count: number }[] {
  const plain = (text: string) => text.toLowerCase().replace(/["\s]/g, '');
  const wanted = plain(typed);
  return [...counts]
    .filter(([matcher]) => !taken.includes(matcher) && plain(matcher).includes(wanted))
    .map(([matcher, count]) => ({ matcher, count, rank: (plain(matcher).startsWith(wanted) ? 0 : 2) + (matcher.startsWith('alertname=') ? 0 : 1) }))
    .sort((a, b) => a.rank - b.rank || b.count - a.count || (a.matcher < b.matcher ? -1 : 1))
    .slice(0, atMost)
    .map(({ matcher, count }) => ({ matcher, count }));
}
