import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { alertsPages } from '../../links/links';
import { Card, Empty, Fault, Loading, Page, Parts } from '../../ui/parts';
import { routingQuery } from './api';

const parts = [
  { key: 'active', title: 'Active', path: alertsPages.active, heading: 'Alerts' },
  { key: 'rules', title: 'By rule', path: alertsPages.rules, heading: 'Alerts by rule' },
  { key: 'silences', title: 'Silences', path: alertsPages.silences, heading: 'Silences' },
  { key: 'routing', title: 'Routing', path: alertsPages.routing, heading: 'Routing' },
  { key: 'receivers', title: 'Receivers', path: alertsPages.receivers, heading: 'Receivers' },
  { key: 'ledger', title: 'Ledger', path: alertsPages.ledger, heading: 'Ledger' },
] as const;

/** One part of the section Alerts: its heading, the way to the other parts, and its content. */
export function AlertsPart({ part, heading, actions, children }: { part: (typeof parts)[number]['key']; heading?: string; actions?: ReactNode; children: ReactNode }) {
  return (
    <Page title={heading ?? parts.find((one) => one.key === part)?.heading ?? 'Alerts'} actions={actions}>
      <Parts label="Parts of alerts" parts={parts} open={part} />
      {children}
    </Page>
  );
}

/** Shows its content where alerts are routed by this server, and elsewhere what that would take. */
export function WhenRouted({ children }: { children: ReactNode }) {
  const routing = useQuery(routingQuery);
  if (routing.data === undefined) return routing.error === null ? <Loading what="the routing of alerts" /> : <Fault error={routing.error} retry={() => void routing.refetch()} />;
  if (routing.data.isConfigured) return <>{children}</>;
  return (
    <Card>
      <Empty title="Alerts are not routed here">
        <span>There is no <code>alertmanager.yml</code> in force. Put one beside <code>prometheus.yml</code>, or name it with <code className="nowrap">--alertmanager</code>: then alerts are grouped, silenced and sent from here.</span>
        <span>Alerts still go to the Alertmanagers that the section <code>alerting</code> of prometheus.yml names.</span>
      </Empty>
    </Card>
  );
}
