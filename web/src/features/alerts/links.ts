import type { Labels } from '../../api/types';
import { matchersOf, printMatcher } from './matchers/matchers';

/** Addresses inside the section that carry the labels of an alert along. */

const filtersOf = (labels: Labels) => matchersOf(labels).map((matcher) => ['filter', printMatcher(matcher)]);

/** A new silence for these labels, to be looked at before it is made. */
export function silenceLink(labels: Labels): string {
  return `/alerts/silences/new?${new URLSearchParams(filtersOf(labels))}`;
}

/** What happened to alerts with these labels. */
export function ledgerLink(labels: Labels, receiver = ''): string {
  return `/alerts/ledger?${new URLSearchParams([...filtersOf(labels), ...(receiver === '' ? [] : [['receiver', receiver]])])}`;
}

/** Alerts with these labels, where they stand in their groups. */
export function activeLink(labels: Labels): string {
  return `/alerts?${new URLSearchParams(filtersOf(labels))}`;
}

/** The way that an alert with these labels takes. */
export function wayLink(labels: Labels): string {
  return `/alerts/routing?labels=${encodeURIComponent(JSON.stringify(labels))}`;
}
