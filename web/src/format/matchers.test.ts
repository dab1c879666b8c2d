import { describe, expect, it } from 'vitest';
import { matchersOf, parseMatchers, printMatcher } from './matchers';

const printed = (text: string) => parseMatchers(text).value?.map(printMatcher);

describe('matchers', () => {
  it('are read in each way in which the files write them', () => {
    expect(printed('severity="critical"')).toEqual(['severity="critical"']);
    expect(printed('{ severity = critical , team=~"a|b", "my label"!="x", host!~web-[0-9]+ }')).toEqual(['severity="critical"', 'team=~"a|b"', '"my label"!="x"', 'host!~"web-[0-9]+"']);
    expect(printed('a="", b=x,')).toEqual(['a=""', 'b="x"']);
    expect(printed('')).toEqual([]);
  });

  it('keep commas, braces and quotes that stand in quotes', () => {
    const text = String.raw`path="a,b}\"c\"\\d\ne"`;
    expect(parseMatchers(text).value?.[0]?.value).toBe('a,b}"c"\\d\ne');
    expect(printed(text)).toEqual([text]);
  });

  it('say what is wrong', () => {
    const cases: [string, string][] = [
      ['severity', 'after “severity” comes =, !=, =~ or !~, and the value'],
      ['severity>3', 'after “severity>3” comes'],
      ['a=', 'the value of “a” is missing'],
      ['="x"', 'a label\'s name should stand before'],
      ['a="x', 'is not closed'],
      ['a="x" b="y"', 'a comma should stand before “b="y"”'],
      [String.raw`a="\q"`, 'has an escape'],
    ];
    for (const [text, fault] of cases) expect(parseMatchers(text).fault, text).toContain(fault);
  });

  it('of labels select just these', () => {
    expect(matchersOf({ alertname: 'A', 'k8s.pod': 'p"1' }).map(printMatcher)).toEqual(['alertname="A"', '"k8s.pod"="p\\"1"']);
  });
});
