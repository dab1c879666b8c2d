import { describe, expect, it } from 'vitest';
import type { Silence } from './api';
import { bodyOf, bySilenceState, type Draft, draftOf, emptyDraft, faultsOf, madeBy, silenceTitle, toInput } from './silence';

const now = new Date(2026, 10, 21, 3, 0, 0).getTime();
const hour = 3_600_000;
const good: Draft = { ...emptyDraft(['alertname="A"'], 'mira'), comment: 'disk is replaced' };
const silence = (state: Silence['status']['state'], fromMs: number, untilMs: number, id: string = state): Silence => ({
  id, status: { state }, matchers: [{ name: 'alertname', value: 'A', isRegex: false, isEqual: true }],
  startsAt: new Date(fromMs).toISOString(), endsAt: new Date(untilMs).toISOString(), updatedAt: '', createdBy: 'mira', comment: 'c',
});

describe('a draft', () => {
  it('is posted with the moments that its words mean', () => {
    expect(faultsOf(good, now)).toEqual({});
    expect(bodyOf(good, now, undefined)).toEqual({
      matchers: [{ name: 'alertname', value: 'A', isRegex: false, isEqual: true }],
      startsAt: new Date(now).toISOString(), endsAt: new Date(now + 2 * hour).toISOString(), createdBy: 'mira', comment: 'disk is replaced',
    });
    const later = { ...good, startsAt: '2026-11-21T04:00', isUntil: true, until: '2026-11-21T06:30' };
    expect(bodyOf(later, now, 'x')).toMatchObject({ id: 'x', startsAt: new Date(now + hour).toISOString(), endsAt: new Date(now + 3.5 * hour).toISOString() });
  });

  it('tells every fault at its field', () => {
    expect(Object.keys(faultsOf({ ...emptyDraft([], ''), lasting: 'soon', startsAt: 'x' }, now)).sort()).toEqual(['author', 'comment', 'lasting', 'matchers', 'startsAt']);
    expect(faultsOf({ ...good, isUntil: true, until: '' }, now).until).toBe('Say when it ends');
    expect(faultsOf({ ...good, isUntil: true, until: '2026-11-21T02:59' }, now).until).toBe('This is over already');
    expect(faultsOf({ ...good, startsAt: '2026-11-21T05:00', isUntil: true, until: '2026-11-21T04:00' }, now).until).toBe('It ends before it starts');
  });

  it('that would silence everything is refused', () => {
    for (const matcher of ['a=""', 'a=~".*"', 'a!="x"', 'a!~"x.+"']) expect(faultsOf({ ...good, matchers: [matcher] }, now).matchers, matcher).toContain('every alert');
    for (const matcher of ['a=~".+"', 'a!=""', 'a!~".*"', 'a=~"(?i)x"']) expect(faultsOf({ ...good, matchers: [matcher] }, now).matchers, matcher).toBeUndefined();
  });

  it('of a running silence keeps its end; of one that is over, its length', () => {
    const running = draftOf(silence('active', now - hour, now + hour));
    expect([running.startsAt, running.isUntil, running.until]).toEqual([new Date(now - hour).toISOString(), true, toInput(now + hour)]);
    // "For 2 hours" means two more hours from now, and the start stays.
    expect(bodyOf({ ...running, isUntil: false, lasting: '2h' }, now, 'x')).toMatchObject({ startsAt: running.startsAt, endsAt: new Date(now + 2 * hour).toISOString() });
    expect(draftOf(silence('pending', now + hour, now + 2 * hour)).startsAt).toBe(toInput(now + hour));
    const over = draftOf(silence('expired', now - 3 * hour, now - hour));
    expect([over.isUntil, over.lasting, over.matchers, over.comment]).toEqual([false, '2h', ['alertname="A"'], 'c']);
  });
});

it('silences are sorted by what comes next', () => {
  const found = bySilenceState([silence('active', 0, 9, 'late'), silence('active', 0, 5, 'soon'), silence('expired', 0, 1, 'old'), silence('expired', 0, 3, 'new'), silence('pending', 8, 9)]);
  expect([found.active.map((one) => one.id), found.pending.map((one) => one.id), found.expired.map((one) => one.id)]).toEqual([['soon', 'late'], ['pending'], ['new', 'old']]);
});

it('a silence of a client that gives neither comment nor name has words all the same', () => {
  expect([silenceTitle({ comment: ' ' }), silenceTitle({ comment: 'disk' }), madeBy({ createdBy: '' }), madeBy({ createdBy: 'mira' })]).toEqual(['silence without a comment', 'disk', '', ' by mira']);
});
