import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FakeServer, Refusal } from '../../../../testing/FakeServer';
import { show } from '../../../../testing/show';
import { SilenceForm } from './SilenceForm';

const alert = (alertname: string, fingerprint: string) => ({ labels: { alertname, team: 'shop' }, annotations: {}, startsAt: '2026-11-30T10:00:00Z', fingerprint, receivers: [], status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] } });
const running = { id: '5f3c', status: { state: 'active' }, matchers: [{ name: 'team', value: 'shop', isRegex: false, isEqual: true }], startsAt: '2026-11-30T10:00:00.123Z', endsAt: '2099-01-31T12:00:00Z', updatedAt: '2026-11-30T10:00:00Z', createdBy: 'mira', comment: 'ticket 12' };

const server = (more: Record<string, unknown> = {}) => new FakeServer({
  'GET v1/alerting/routes': { isConfigured: true, route: null },
  'GET v2/alerts': [alert('DiskFull', 'a'), alert('Slow', 'b')],
  'POST v2/silences': { silenceID: 'new-one' },
  ...more,
});

const field = (name: string) => screen.findByRole('textbox', { name });

it('says what is missing when somebody tries, not before, and posts nothing', async () => {
  const api = server();
  const { user } = show(<SilenceForm />, '/alerts/silences/new');

  await field('Comment');
  expect(screen.queryByText('Say why: others will ask')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Make the silence' }));

  for (const fault of ['Say which alerts: at least one matcher', 'Say who makes it', 'Say why: others will ask']) expect(screen.getByText(fault)).toBeTruthy();
  expect(api.to('POST v2/silences')).toEqual([]);
});

it('takes its matchers from the link, shows what they select, and leads to the silence that was made', async () => {
  const api = server();
  const { user, address } = show(<SilenceForm />, '/alerts/silences/new?filter=team%3D%22shop%22');

  expect(await screen.findByText('2 alerts now')).toBeTruthy();
  await user.type(await field('Made by'), 'mira');
  await user.type(await field('Comment'), 'known, ticket 12');
  await user.click(screen.getByRole('button', { name: '8h' }));
  await user.click(screen.getByRole('button', { name: 'Make the silence' }));

  await waitFor(() => expect(address()).toBe('/alerts/silences/new-one'));
  const [asked] = api.to('POST v2/silences');
  const body = asked?.body as { startsAt: string; endsAt: string };
  expect(body).toMatchObject({ matchers: [{ name: 'team', value: 'shop', isRegex: false, isEqual: true }], createdBy: 'mira', comment: 'known, ticket 12' });
  expect(Date.parse(body.endsAt) - Date.parse(body.startsAt)).toBe(8 * 3_600_000);
});

it('remembers who made the last one', async () => {
  server();
  const { user, address } = show(<SilenceForm />, '/alerts/silences/new?filter=team%3D%22shop%22');
  await user.type(await field('Made by'), ' mira ');
  await user.type(await field('Comment'), 'x');
  await user.click(screen.getByRole('button', { name: 'Make the silence' }));
  await waitFor(() => expect(address()).toContain('new-one'));

  show(<SilenceForm />, '/alerts/silences/new');

  await waitFor(() => expect(screen.getAllByRole<HTMLInputElement>('textbox', { name: 'Made by' }).at(-1)?.value).toBe('mira'));
});

it('changes a running silence under its id and from its own start', async () => {
  const api = server({ 'GET v2/silences': [running] });
  const { user } = show(<SilenceForm />, '/alerts/silences/new?from=5f3c');

  expect(await screen.findByRole('heading', { name: 'Edit silence' })).toBeTruthy();
  expect(screen.queryByRole('radiogroup', { name: 'Start' })).toBeNull();
  await user.clear(await field('Comment'));
  await user.type(await field('Comment'), 'ticket 13');
  await user.click(screen.getByRole('button', { name: 'Save' }));

  await waitFor(() => expect(api.to('POST v2/silences')).toHaveLength(1));
  expect(api.to('POST v2/silences')[0]?.body).toMatchObject({ id: '5f3c', startsAt: running.startsAt, comment: 'ticket 13', createdBy: 'mira' });
});

it('keeps what was written when the server refuses it', async () => {
  server({ 'POST v2/silences': new Refusal(400, 'bad_data', 'start time must be before end time') });
  const { user, address } = show(<SilenceForm />, '/alerts/silences/new?filter=team%3D%22shop%22');

  await user.type(await field('Made by'), 'mira');
  await user.type(await field('Comment'), 'known');
  await user.click(screen.getByRole('button', { name: 'Make the silence' }));

  expect(within(await screen.findByRole('alert')).getByText(/start time must be before end time/)).toBeTruthy();
  expect((await field('Comment') as HTMLTextAreaElement).value).toBe('known');
  expect(address()).toContain('/alerts/silences/new');
});

it('tells of a silence that is not there', async () => {
  server({ 'GET v2/silences': [] });
  show(<SilenceForm />, '/alerts/silences/new?from=gone');

  expect(await screen.findByText('There is no such silence')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'All silences' }).getAttribute('href')).toBe('/alerts/silences');
});
