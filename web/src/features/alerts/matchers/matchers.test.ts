import { describe, expect, it } from 'vitest';
import { completions, matchersOf, parseMatchers, printMatcher, readFilter, tally } from './matchers';

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

describe('a filter', () => {
  it('takes one word as part of the name of an alert', () => {
    expect(readFilter(' disk.full ').value).toEqual(['alertname=~"(?i).*disk\\\\.full.*"']);
  });

  it('takes several matchers at once', () => {
    expect(readFilter('{a="1",b=~"2.*"}').value).toEqual(['a="1"', 'b=~"2.*"']);
    expect(readFilter('a="1" b').fault).toBeDefined();
  });
});

describe('completion', () => {
  const labels = tally([{ alertname: 'DiskFull', severity: 'critical' }, { alertname: 'Slow', severity: 'warning' }, { alertname: 'Slow', severity: 'critical' }]);

  it('proposes what occurs, names of alerts and the frequent first', () => {
    expect(completions('', [], labels).map(({ matcher, count }) => `${matcher} ${count}`)).toEqual(['alertname="Slow" 2', 'alertname="DiskFull" 1', 'severity="critical" 2', 'severity="warning" 1']);
  });

  it('fits what is typed, with or without quotes, and leaves out what is taken', () => {
    expect(completions('severity=cri', [], labels).map((one) => one.matcher)).toEqual(['severity="critical"']);
    expect(completions('full', [], labels).map((one) => one.matcher)).toEqual(['alertname="DiskFull"']);
    expect(completions('severity="', ['severity="critical"'], labels).map((one) => one.matcher)).toEqual(['severity="warning"']);
  });
});
