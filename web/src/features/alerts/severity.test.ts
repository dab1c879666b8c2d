import { expect, it } from 'vitest';
import { firingSign } from './severity';

it('alarms for every severity but those that wake nobody', () => {
  expect(['critical', 'page', 'warning', 'whatever'].map((severity) => firingSign({ severity }))).toEqual(['firing', 'firing', 'firing', 'firing']);
  expect(firingSign({})).toBe('firing');
  expect(['info', 'Info', 'none'].map((severity) => firingSign({ severity }))).toEqual(['note', 'note', 'note']);
});
