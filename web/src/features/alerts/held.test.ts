import { expect, it } from 'vitest';
import type { AlertGroup, RoutedAlert } from './api';
import { countNotifying, heldLookup } from './held';

const suppressed = (labels: Record<string, string>, status: Partial<RoutedAlert['status']>): RoutedAlert => ({
  labels, annotations: {}, fingerprint: JSON.stringify(labels), receivers: [], startsAt: '', endsAt: '', updatedAt: '', status: { state: 'suppressed', silencedBy: [], inhibitedBy: [], mutedBy: [], ...status },
});

const group = (receiver: string, ...alerts: RoutedAlert[]): AlertGroup => ({ labels: {}, receiver: { name: receiver }, alerts });

it('finds an alert among those that are held back, though external labels came to it', () => {
  const held = heldLookup([group('pager',
    suppressed({ alertname: 'Disk', host: 'a', region: 'eu' }, { silencedBy: ['s'] }),
    suppressed({ alertname: 'Slow', region: 'eu' }, { inhibitedBy: ['f'], mutedBy: ['nights'] }),
  )]);
  expect(held({ alertname: 'Disk', host: 'a' })).toBe('silenced');
  expect(held({ alertname: 'Slow' })).toBe('inhibited and muted');
  expect(held({ alertname: 'Disk', host: 'b' })).toBeUndefined();
  expect(held({ alertname: 'Other' })).toBeUndefined();
});

it('an alert that reaches one of its receivers is not held back', () => {
  const labels = { alertname: 'Slow' };
  const held = heldLookup([group('chat', suppressed(labels, { mutedBy: ['nights'] })), group('pager', suppressed(labels, { state: 'active' }))]);
  expect(held(labels)).toBeUndefined();
});

it('counts each alert once, and none that is held back everywhere', () => {
  const [slow, disk] = [{ alertname: 'Slow' }, { alertname: 'Disk' }];
  const groups = [
    group('chat', suppressed(slow, { mutedBy: ['nights'] }), suppressed(disk, { silencedBy: ['s'] })),
    group('pager', suppressed(slow, { state: 'active' })),
    group('all', suppressed(slow, { state: 'active' })),
  ];
  expect(countNotifying(groups)).toBe(1);
});
