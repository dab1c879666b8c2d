import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactElement } from 'react';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';

/** Shows a part of the pages as the app does, at an address that lives in memory. */
export function show(element: ReactElement, address = '/') {
  const place = memoryLocation({ path: address, record: true });
  // Nothing is asked twice and nothing by the clock: a test says when.
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, gcTime: Infinity } } });
  const wrapped = (inner: ReactElement) => (
    <MantineProvider env="test">
      <QueryClientProvider client={client}>
        <Router hook={place.hook} searchHook={place.searchHook}>{inner}</Router>
      </QueryClientProvider>
    </MantineProvider>
  );
  const { rerender } = render(wrapped(element));
  return {
    user: userEvent.setup(),
    /** The address of now. */
    address: () => place.history.at(-1) ?? '',
    /** Asks again all that is on show, as the clock would. */
    askAgain: () => act(() => client.refetchQueries({ type: 'active' })),
    rerender: (next: ReactElement) => rerender(wrapped(next)),
  };
}
