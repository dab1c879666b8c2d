import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { show } from '../../../testing/show';
import { QueryRow } from './QueryRow';

const row = (part: Partial<Parameters<typeof QueryRow>[0]>) => {
  const did: string[] = [];
  const { user } = show(<QueryRow index={1} value="up" isOnly={false} onChange={(text) => did.push(`change ${text}`)} onRun={() => did.push('run')} onFormat={() => did.push('format')} onRemove={() => did.push('remove')} {...part} />);
  return { did, user };
};

it('one of several is called by its letter and can be taken away', async () => {
  const { did, user } = row({});

  expect(await screen.findByRole('textbox', { name: 'Query B' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Format Query B' }));
  await user.click(screen.getByRole('button', { name: 'Remove Query B' }));

  expect(did).toEqual(['format', 'remove']);
});

it('the only one stays', async () => {
  row({ isOnly: true });

  expect(await screen.findByRole('textbox', { name: 'Query' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /Remove/ })).toBeNull();
});

it('there is nothing to format in an empty one', () => {
  row({ isOnly: true, value: ' ' });

  expect(screen.getByRole('button', { name: 'Format' }).hasAttribute('disabled')).toBe(true);
});

it('Enter runs it, Shift+Enter writes on', async () => {
  const { did, user } = row({ isOnly: true });

  await user.click(await screen.findByRole('textbox', { name: 'Query' }));
  await user.keyboard('{Enter}');
  expect(did).toEqual(['run']);
  await user.keyboard('{Shift>}{Enter}{/Shift}');
  expect(did.filter((one) => one === 'run')).toHaveLength(1);
});
