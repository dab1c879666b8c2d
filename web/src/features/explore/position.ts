/** Where in an expression a fault lies, as offsets into its text, and what it is. */
export interface Fault {
  from: number;
  until: number;
  message: string;
}

/**
 * Reads the server's `1:5: parse error: …` (also behind `invalid parameter "query": `). The line and column count from 1, the
 * column in bytes of UTF-8 as in Prometheus. The fault reaches to the end of the word there, and is never empty: an empty one cannot be seen.
 */
export function faultIn(text: string, message: string): Fault | undefined {
  if (text === '') return undefined;
  const match = /(?:^|\s)(\d+):(\d+): (?:parse error: )?(.*)$/s.exec(message);
  if (match === null) return { from: 0, until: text.length, message: message.replace(/^.*?parse error: /s, '') };
  const lines = text.split('\n');
  const line = Math.min(Number(match[1]), lines.length) - 1;
  const before = lines.slice(0, line).reduce((sum, one) => sum + one.length + 1, 0);
  const from = Math.min(before + charactersIn(lines[line] ?? '', Number(match[2]) - 1), text.length);
  const word = /^(?:[\w:]+|\S)/.exec(text.slice(from))?.[0].length ?? 0;
  // At the end of the text the last character carries the mark.
  return word > 0 ? { from, until: from + word, message: match[3] ?? message } : { from: Math.max(0, Math.min(from, text.length) - 1), until: Math.max(1, Math.min(from, text.length)), message: match[3] ?? message };
}

/** How many characters of `line` its first `bytes` bytes are. */
function charactersIn(line: string, bytes: number): number {
  let characters = 0;
  for (const character of line) {
    bytes -= new TextEncoder().encode(character).length;
    if (bytes < 0) break;
    characters += character.length;
  }
  return characters;
}
