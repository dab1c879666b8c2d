import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { show } from '../../../../testing/show';
import { MatcherField, useAddressMatchers } from './MatcherField';

const labelSets = [{ alertname: 'DiskFull', severity: 'critical' }, { alertname: 'Slow', severity: 'critical' }];

function Field({ initial = [] }: { initial?: string[] }) {
  const [value, setValue] = useState(initial);
  return <><MatcherField label="Matchers" value={value} onChange={setValue} labelSets={labelSets} /><output>{value.join(' & ')}</output></>;
}

const input = () => screen.getByRole<HTMLInputElement>('combobox', { name: 'Matchers' });
const taken = () => screen.getByRole('status').textContent;

it('takes a matcher on Enter, on a comma and on leaving, in canonical writing', async () => {
  const { user } = show(<Field />);

  await user.type(input(), 'severity=critical{Escape}{Enter}');
  expect(taken()).toBe('severity="critical"');
  await user.type(input(), 'team=~"a,b",');
  expect(taken()).toBe('severity="critical" & team=~"a,b"');
  await user.type(input(), 'zone!=x');
  await user.tab();
  expect(taken()).toBe('severity="critical" & team=~"a,b" & zone!="x"');
  expect(input().value).toBe('');
});

it('says what is wrong and keeps the text', async () => {
  const { user } = show(<Field />);

  await user.type(input(), 'severity="critical{Escape}{Enter}');

  expect(screen.getByText(/is not closed/)).toBeTruthy();
  expect(input().value).toBe('severity="critical');
  expect(taken()).toBe('');
});

it('writes the last one anew on Backspace, and any that is clicked', async () => {
  const { user } = show(<Field initial={['a="1"', 'b="2"']} />);

  await user.click(input());
  await user.keyboard('{Backspace}');
  expect([taken(), input().value]).toEqual(['a="1"', 'b="2"']);
  await user.clear(input());
  await user.click(screen.getByRole('button', { name: 'a="1"' }));
  expect([taken(), input().value]).toEqual(['', 'a="1"']);
});

it('drops one by its cross', async () => {
  const { user } = show(<Field initial={['a="1"', 'b="2"']} />);

  await user.click(screen.getByRole('button', { name: 'Remove a="1"' }));

  expect(taken()).toBe('b="2"');
});

it('proposes what there is, with how many', async () => {
  const { user } = show(<Field />);

  await user.type(input(), 'crit');
  const option = await screen.findByRole('option', { name: /severity="critical"/, hidden: true });
  expect(option.textContent).toBe('severity="critical"2');
  await user.click(option);

  expect(taken()).toBe('severity="critical"');
});

it('lives in the address, where what cannot be read is left out', async () => {
  function Addressed() {
    const [value, setValue] = useAddressMatchers();
    return <MatcherField label="Matchers" value={value} onChange={setValue} labelSets={[]} />;
  }
  const { user, address } = show(<Addressed />, '/alerts?filter=a%3D1&filter=%3D%3D&state=active');

  await user.type(input(), 'b="2"{Enter}');

  expect(new URLSearchParams(address().split('?')[1]).getAll('filter')).toEqual(['a="1"', 'b="2"']);
  expect(address()).toContain('state=active');
});
