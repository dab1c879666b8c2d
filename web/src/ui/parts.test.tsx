import { useQuery } from '@tanstack/react-query';
import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { FakeServer, Refusal } from '../../testing/FakeServer';
import { show } from '../../testing/show';
import { getData } from '../api/client';
import { Fetched } from './parts';

function Part() {
  const query = useQuery({ queryKey: ['part'], queryFn: () => getData<string>('part') });
  return <><Fetched query={query} what="the part">{(text) => <p>{text}</p>}</Fetched>{query.isRefetchError && <p>asked again in vain</p>}</>;
}

it('shows the shape of what is awaited, then what came', async () => {
  new FakeServer({ 'GET v1/part': 'the truth' });
  show(<Part />);

  expect(screen.getByRole('status', { name: 'Loading the part' })).toBeTruthy();
  expect(await screen.findByText('the truth')).toBeTruthy();
});

it('says why nothing came, and tries again when asked', async () => {
  const server = new FakeServer({ 'GET v1/part': 'the truth' });
  server.isGone = true;
  const { user } = show(<Part />);

  expect((await screen.findByRole('alert')).textContent).toContain('No answer. The server does not answer.');
  server.isGone = false;
  await user.click(screen.getByRole('button', { name: 'Try again' }));

  expect(await screen.findByText('the truth')).toBeTruthy();
});

it('keeps what came before while the server is gone', async () => {
  const server = new FakeServer({ 'GET v1/part': 'the truth' });
  const { askAgain } = show(<Part />);
  await screen.findByText('the truth');

  server.isGone = true;
  await askAgain();

  expect(await screen.findByText('asked again in vain')).toBeTruthy();
  expect(screen.getByText('the truth')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});

it('offers no second try where the login may not see it', async () => {
  new FakeServer({ 'GET v1/part': new Refusal(403, 'forbidden', 'not yours') });
  show(<Part />);

  expect((await screen.findByRole('alert')).textContent).toBe('No permission. not yours');
  expect(screen.queryByRole('button')).toBeNull();
});
