import type { Completion } from '@codemirror/autocomplete';
import { hoverTooltip, type Tooltip } from '@codemirror/view';
import { aggregateOpTerms, functionIdentifierTerms } from '@prometheus-io/codemirror-promql/dist/esm/complete/promql.terms';
import { metadataOf } from '../api';

const known = new Map<string, Completion>([...functionIdentifierTerms, ...aggregateOpTerms].map((term) => [term.label, term]));

/** What the word under the pointer is: a function's or aggregation's purpose, or a metric's type and help as its target tells them. */
export const documentation = hoverTooltip(async (view, position): Promise<Tooltip | null> => {
  const line = view.state.doc.lineAt(position);
  const word = wordAt(line.text, position - line.from);
  if (word === undefined) return null;
  const term = known.get(word.text);
  const facts = term !== undefined ? { kind: term.detail ?? 'function', help: typeof term.info === 'string' ? term.info : '' } : await metricFacts(word.text);
  if (facts === undefined) return null;
  return { pos: line.from + word.from, end: line.from + word.until, above: true, create: () => ({ dom: element(word.text, facts.kind, facts.help) }) };
}, { hoverTime: 350 });

async function metricFacts(name: string) {
  // A histogram's series carry suffixes that its metadata does not.
  for (const family of new Set([name, name.replace(/_(bucket|sum|count|total|created)$/, '')])) {
    const metadata = await metadataOf(family).catch(() => undefined);
    if (metadata !== undefined) return { kind: metadata.type + (metadata.unit === '' || metadata.unit === undefined ? '' : `, ${metadata.unit}`), help: metadata.help };
  }
  return undefined;
}

/** The identifier around `column`; none inside quotes. */
export function wordAt(line: string, column: number): { from: number; until: number; text: string } | undefined {
  for (const match of line.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|[A-Za-z_:][\w:]*/g)) {
    const from = match.index;
    const until = from + match[0].length;
    if (column < from || column > until) continue;
    return /^["'`]/.test(match[0]) ? undefined : { from, until, text: match[0] };
  }
  return undefined;
}

function element(name: string, kind: string, help: string): HTMLElement {
  const box = document.createElement('div');
  box.className = 'ph-doc';
  const title = document.createElement('b');
  title.textContent = name;
  const aside = document.createElement('i');
  aside.textContent = `  ${kind}`;
  const body = document.createElement('div');
  body.textContent = help;
  box.append(title, aside, body);
  return box;
}
