import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { FakeServer } from './FakeServer';

// As for all tests: the limit only ends what would hang.
configure({ asyncUtilTimeout: 60_000 });

// Text areas that grow measure again when fonts have come; this environment has none.
Object.defineProperty(document, 'fonts', { value: new EventTarget() });

beforeEach(() => {
  localStorage.clear();
  new FakeServer(); // A page that asks what a test did not foresee is told 404, and asks no real server.
});

afterEach(cleanup);
