import type { Labels } from './labels';

export interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

/** What was read, or what is wrong with it. */
export type Read<T> = { value: T; fault?: undefined } | { value?: undefined; fault: string };

const operators = ['!=', '!~', '=~', '='] as const;

/**
 * Reads matchers as alertmanager.yml and amtool write them: `severity="critical"`, several divided by commas, braces around them allowed.
 * Names and values may stand in quotes; without them they end at a comma, brace, quote, operator or blank.
 */
export function parseMatchers(text: string): Read<Matcher[]> {
  let rest = text.trim();
  if (rest.startsWith('{') && rest.endsWith('}')) rest = rest.slice(1, -1).trim();
  const matchers: Matcher[] = [];
  while (rest !== '') {
    const name = word(rest, /^[^\s{}!=~,\\"'`]+/);
    if (name.fault !== undefined) return { fault: name.fault === '' ? `a label's name should stand before “${short(rest)}”` : name.fault };
    rest = name.value.rest;
    const operator = operators.find((one) => rest.startsWith(one));
    if (operator === undefined) return { fault: rest === '' ? `after “${name.value.text}” comes =, !=, =~ or !~, and the value` : `“${short(rest)}” is not =, !=, =~ or !~` };
    const value = word(rest.slice(operator.length).trimStart(), /^[^\s{}!=~,\\"'`]+/);
    if (value.fault !== undefined) return { fault: value.fault === '' ? `the value of “${name.value.text}” is missing; write "" for an empty one` : value.fault };
    matchers.push({ name: name.value.text, value: value.value.text, isEqual: operator === '=' || operator === '=~', isRegex: operator.endsWith('~') });
    rest = value.value.rest;
    if (rest === '') break;
    if (!rest.startsWith(',')) return { fault: `a comma should stand before “${short(rest)}”` };
    rest = rest.slice(1).trimStart();
  }
  return { value: matchers };
}

/** One quoted or bare word and what stands behind it. An empty fault: there is none. */
function word(text: string, bare: RegExp): Read<{ text: string; rest: string }> {
  if (text.startsWith('"')) {
    const quoted = /^"(?:[^"\\\n]|\\.)*"/.exec(text)?.[0];
    if (quoted === undefined) return { fault: `the quote of “${short(text)}” is not closed` };
    const plain = unquote(quoted);
    return plain === undefined ? { fault: `“${short(quoted)}” has an escape that is not \\\\, \\" or \\n` } : { value: { text: plain, rest: text.slice(quoted.length).trimStart() } };
  }
  const found = bare.exec(text)?.[0];
  return found === undefined ? { fault: '' } : { value: { text: found, rest: text.slice(found.length).trimStart() } };
}

function unquote(quoted: string): string | undefined {
  let isBad = false;
  const text = quoted.slice(1, -1).replace(/\\(.)/g, (_, escaped: string) => {
    const plain = { '\\': '\\', '"': '"', n: '\n' }[escaped];
    isBad ||= plain === undefined;
    return plain ?? '';
  });
  return isBad ? undefined : text;
}

const short = (text: string) => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

/** Writes a matcher so that every reader takes it: the value in quotes, the name too when it is no classic one. */
export function printMatcher({ name, value, isRegex, isEqual }: Matcher): string {
  const operator = isEqual ? (isRegex ? '=~' : '=') : isRegex ? '!~' : '!=';
  return `${/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name) ? name : quote(name)}${operator}${quote(value)}`;
}

function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')}"`;
}

/** Matchers that select exactly these labels. */
export function matchersOf(labels: Labels): Matcher[] {
  return Object.entries(labels).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));
}
