import { expect, it } from 'vitest';
import { onKey } from './shortcuts';

const idle = { goSinceMs: undefined };

it('g and a letter go to a page', () => {
  const first = onKey(idle, 'g', 1000);
  expect(first.command).toBeUndefined();
  expect(onKey(first.state, 'a', 1500).command).toEqual({ kind: 'go', path: '/alerts' });
});

it('a g long ago is forgotten', () => {
  expect(onKey(onKey(idle, 'g', 1000).state, 'a', 9000).command).toBeUndefined();
});

it('an unknown second key does nothing, not even what it does alone', () => {
  const second = onKey(onKey(idle, 'g', 1000).state, 'd', 1100);
  expect(second).toEqual({ state: idle });
});

it('single keys', () => {
  expect(['/', 'd', '?', 'x'].map((key) => onKey(idle, key, 0).command?.kind)).toEqual(['focus', 'scheme', 'help', undefined]);
});
