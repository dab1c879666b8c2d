import { expect, it } from 'vitest';
import { pieces } from './yaml';

it('tells keys, comments and hidden secrets', () => {
  expect(pieces('  - job_name: "a: b" # why')).toEqual([{ text: '  - ' }, { text: 'job_name', kind: 'key' }, { text: ': "a: b" ' }, { text: '# why', kind: 'comment' }]);
  expect(pieces('password: <secret>')).toEqual([{ text: 'password', kind: 'key' }, { text: ': ' }, { text: '<secret>', kind: 'secret' }]);
  expect(pieces('  - 127.0.0.1:9090')).toEqual([{ text: '  - 127.0.0.1:9090' }]);
});

it('loses nothing', () => {
  for (const line of ['', '# all', 'a:', 'a: b#c', '- - x: y', "'q': 1", '  regex: (.*):.*', ': :', 'x: "<secret>" # <secret>']) expect(pieces(line).map((piece) => piece.text).join('')).toBe(line);
});
