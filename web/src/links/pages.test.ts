import { expect, it } from 'vitest';
import { isOn } from './pages';

it('the rail marks the page that is open', () => {
  expect([isOn('/', '/'), isOn('/', '/rules'), isOn('/status', '/status/flags'), isOn('/rules', '/rulesets')]).toEqual([true, false, true, false]);
});
