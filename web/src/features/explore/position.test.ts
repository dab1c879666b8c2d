import { expect, it } from 'vitest';
import { faultIn } from './position';

const at = (text: string, message: string) => {
  const fault = faultIn(text, message);
  return fault === undefined ? undefined : [text.slice(fault.from, fault.until), fault.message];
};

it('marks the word at the position', () => {
  expect(at('sum(rate(x[5m]) by (job)', 'invalid parameter "query": 1:17: parse error: unexpected <by> in aggregation')).toEqual(['by', 'unexpected <by> in aggregation']);
});

it('counts lines', () => {
  expect(at('up\n+ + foo bar', '2:9: parse error: unexpected identifier "bar"')).toEqual(['bar', 'unexpected identifier "bar"']);
});

it('marks the last character when the fault is at the end', () => {
  expect(at('sum(up', '1:7: parse error: unclosed left parenthesis')).toEqual(['p', 'unclosed left parenthesis']);
});

it('marks all when there is no position', () => {
  expect(at('foo(up)', 'invalid parameter "query": parse error: unknown function')).toEqual(['foo(up)', 'unknown function']);
});

it('counts bytes, as the server does', () => {
  expect(at('{"ü"} x', '1:8: parse error: unexpected identifier')).toEqual(['x', 'unexpected identifier']);
});

it('does not fall over positions that are not there', () => {
  expect(at('up', '9:99: parse error: what')).toEqual(['p', 'what']);
  expect(at('', '1:1: parse error: no expression found in input')).toBeUndefined();
});
