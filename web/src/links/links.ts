import type { Labels } from '../format/labels';
import { matchersOf, printMatcher } from '../format/matchers.ts';

/**
 * The addresses of pages and of things on them. Nowhere else is one put together; Explore's, which hold much more, are in explore.ts.
 * The build runs this file, moved.ts and pages.ts as they stand: their imports name the ending.
 */

export const homePage = '/';
export const explorePage = '/explore';
export const rulesPage = '/rules';
export const targetsPage = '/targets';

/** The parts of the section Alerts. */
export const alertsPages = {
  active: '/alerts',
  rules: '/alerts/rules',
  silences: '/alerts/silences',
  routing: '/alerts/routing',
  receivers: '/alerts/receivers',
  ledger: '/alerts/ledger',
} as const;

/** The parts of the status. */
export const statusPages = {
  server: '/status',
  findings: '/status/findings',
  config: '/status/config',
  flags: '/status/flags',
  cardinality: '/status/cardinality',
  blocks: '/status/blocks',
} as const;

/** A page with what stands after the "?", which may be empty. */
export function withSearch(page: string, search: string): string {
  return search === '' ? page : `${page}?${search}`;
}

const filtered = (page: string, text: string) => `${page}?filter=${encodeURIComponent(text)}`;

/** Rules whose name, group, expression or labels hold the text. */
export const rulesLink = (text: string) => filtered(rulesPage, text);

/** Targets whose address, labels or error hold the text. */
export const targetsLink = (text: string) => filtered(targetsPage, text);

/** Alerting rules with the text, by their state. */
export const alertsByRuleLink = (text: string) => filtered(alertsPages.rules, text);

const filtersOf = (labels: Labels) => matchersOf(labels).map((matcher) => ['filter', printMatcher(matcher)]);

/** Alerts with these labels, where they stand in their groups. */
export function activeLink(labels: Labels): string {
  return `${alertsPages.active}?${new URLSearchParams(filtersOf(labels))}`;
}

export const silenceLink = (id: string) => `${alertsPages.silences}/${id}`;

/** A new silence, for these labels if there are any, to be looked at before it is made. */
export function newSilenceLink(labels: Labels = {}): string {
  return withSearch(`${alertsPages.silences}/new`, new URLSearchParams(filtersOf(labels)).toString());
}

/** The form filled in from a silence: to change it, or to make it again. */
export const editSilenceLink = (id: string) => `${alertsPages.silences}/new?from=${id}`;

/** The way that an alert with these labels takes. */
export const wayLink = (labels: Labels) => `${alertsPages.routing}?labels=${encodeURIComponent(JSON.stringify(labels))}`;

export const receiverLink = (name: string) => `${alertsPages.receivers}#${encodeURIComponent(name)}`;

/** What happened to alerts with these labels. */
export function ledgerLink(labels: Labels, receiver = ''): string {
  return `${alertsPages.ledger}?${new URLSearchParams([...filtersOf(labels), ...(receiver === '' ? [] : [['receiver', receiver]])])}`;
}

/** What one receiver was sent. */
export const receiverLedgerLink = (receiver: string) => `${alertsPages.ledger}?receiver=${encodeURIComponent(receiver)}`;
