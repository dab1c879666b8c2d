import { screen } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';
import { show } from '../../../testing/show';
import { exploreAddress, type ExploreState, readExplore } from '../../links/explore';
import { Controls } from './Controls';
import { windowOf } from './state';

const nowMs = Date.UTC(2026, 10, 30, 12);

function Shown({ search = '', onRun = () => undefined }: { search?: string; onRun?: () => void }) {
  const [state, setState] = useState<ExploreState>(readExplore(search));
  return <><Controls state={state} nowMs={nowMs} window={windowOf(state, nowMs)} onChange={setState} onRun={onRun} isRunning={false} add={null} /><output>{exploreAddress(state)}</output></>;
}

const address = () => screen.getByRole('status').textContent;
const field = (name: string) => screen.getByRole<HTMLInputElement>('textbox', { name });

it('a range is taken on Enter, and what is no duration changes nothing', async () => {
  const { user } = show(<Shown />);

  await user.clear(field('Range'));
  await user.type(field('Range'), '90m{Enter}');
  expect(address()).toBe('/explore?range=1h30m');
  await user.clear(field('Range'));
  await user.type(field('Range'), 'soon{Enter}');
  expect(address()).toBe('/explore?range=1h30m');
  expect(field('Range').getAttribute('aria-invalid')).toBe('true');
});

it('zooms out and in around what is shown', async () => {
  const { user } = show(<Shown />);

  await user.click(screen.getByRole('button', { name: 'Zoom out' }));
  expect(field('Range').value).toBe('2h');
  await user.click(screen.getByRole('button', { name: 'Zoom in' }));
  expect(field('Range').value).toBe('1h');
});

it('goes back in time, where there is a way to now and nothing to refresh', async () => {
  const { user } = show(<Shown search="refresh=5s" />);
  expect(screen.getByRole('button', { name: 'Every 5s' }).hasAttribute('disabled')).toBe(false);
  expect(screen.getByRole('button', { name: 'Later' }).hasAttribute('disabled')).toBe(true);

  await user.click(screen.getByRole('button', { name: 'Earlier' }));

  expect(address()).toContain(`end=${(nowMs - 1_800_000) / 1000}`);
  expect(screen.getByRole('button', { name: 'Refresh: off' }).hasAttribute('disabled')).toBe(true);
  await user.click(screen.getByRole('button', { name: 'Now' }));
  expect(address()).toBe('/explore?refresh=5s');
});

it('a table has a moment, and neither range nor step', async () => {
  const { user } = show(<Shown />);
  expect(field('Step').placeholder).toBe('15s auto');

  await user.click(screen.getByRole('radio', { name: 'Table' }));

  expect(address()).toBe('/explore?tab=table');
  expect(['Range', 'Step', 'Until'].map((name) => screen.queryByRole('textbox', { name }))).toEqual([null, null, null]);
  expect(field('At').placeholder).toBe('now');
});

it('runs', async () => {
  let runs = 0;
  const { user } = show(<Shown onRun={() => runs++} />);

  await user.click(screen.getByRole('button', { name: 'Run' }));

  expect(runs).toBe(1);
});
