/** A stretch of a line of YAML; without kind it is plain text. */
export interface Piece {
  text: string;
  kind?: 'key' | 'comment' | 'secret';
}

/** Enough of YAML to read a configuration at a glance: keys, comments and hidden secrets. Joined, the pieces are the line. */
export function pieces(line: string): Piece[] {
  const comment = /(^|\s)#.*$/.exec(line);
  const end = comment === null ? line.length : comment.index + (comment[1]?.length ?? 0);
  const body = line.slice(0, end);
  const result: Piece[] = [];
  const key = /^(\s*(?:- )*)((?:"[^"]*"|'[^']*'|[^\s"'#:][^:#]*)):(?=\s|$)/.exec(body);
  if (key !== null) {
    const [all, before = '', name = ''] = key;
    if (before !== '') result.push({ text: before });
    result.push({ text: name, kind: 'key' });
    const rest = body.slice(all.length - 1);
    result.push(...split(rest));
  } else if (body !== '') {
    result.push(...split(body));
  }
  if (comment !== null) result.push({ text: line.slice(end), kind: 'comment' });
  return result;
}

function split(text: string): Piece[] {
  return text.split(/(<secret>)/).filter((part) => part !== '').map((part) => (part === '<secret>' ? { text: part, kind: 'secret' } : { text: part }));
}
