import { describe, expect, it } from 'vitest';
import { completions, readFilter, tally } from './matchers';

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
