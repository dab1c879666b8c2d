import { expect, it } from 'vitest';
import { exploreLink } from './explore';
import { activeLink, alertsByRuleLink, alertsPages, editSilenceLink, ledgerLink, newSilenceLink, receiverLedgerLink, receiverLink, rulesLink, silenceLink, statusPages, targetsLink, wayLink } from './links';
import { movedAddresses, movedFromFragment, movedTo } from './moved';
import { pagePatterns } from './pages';

const labels = { alertname: 'Disk full?', path: '/a&b' };

it('carry what they are about in the form that the pages read', () => {
  expect([
    activeLink(labels), newSilenceLink(labels), ledgerLink(labels, 'on call'), newSilenceLink(), silenceLink('5f3c'), editSilenceLink('5f3c'),
    receiverLink('on call'), receiverLedgerLink('on call'), alertsByRuleLink('Disk full?'), rulesLink('a&b'), targetsLink('x:1'), wayLink({ a: '1' }),
  ]).toEqual([
    '/alerts?filter=alertname%3D%22Disk+full%3F%22&filter=path%3D%22%2Fa%26b%22',
    '/alerts/silences/new?filter=alertname%3D%22Disk+full%3F%22&filter=path%3D%22%2Fa%26b%22',
    '/alerts/ledger?filter=alertname%3D%22Disk+full%3F%22&filter=path%3D%22%2Fa%26b%22&receiver=on+call',
    '/alerts/silences/new', '/alerts/silences/5f3c', '/alerts/silences/new?from=5f3c',
    '/alerts/receivers#on%20call', '/alerts/ledger?receiver=on%20call', '/alerts/rules?filter=Disk%20full%3F', '/rules?filter=a%26b', '/targets?filter=x%3A1', '/alerts/routing?labels=%7B%22a%22%3A%221%22%7D',
  ]);
});

it('lead to pages of the list alone, as do addresses that moved', () => {
  const links = [
    activeLink(labels), newSilenceLink(labels), ledgerLink(labels), silenceLink('5f3c'), editSilenceLink('5f3c'), receiverLink('x'), receiverLedgerLink('x'), alertsByRuleLink('x'), rulesLink('x'), targetsLink('x'), wayLink(labels),
    exploreLink('up'), ...Object.values(alertsPages), ...Object.values(statusPages), ...movedAddresses.map((address) => movedTo(address, '')), movedFromFragment('#/silences/5f3c/edit'), movedFromFragment('#/status'),
  ];
  const isPage = (link: string | undefined) => pagePatterns.some((pattern) => new RegExp(`^${pattern.replace(/:\w+/g, '[^/]+')}$`).test(link?.split(/[?#]/)[0] ?? ''));
  expect(links.filter((link) => !isPage(link))).toEqual([]);
});
