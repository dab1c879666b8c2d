import { useQuery } from '@tanstack/react-query';
import { Redirect, useSearch } from 'wouter';
import { alertsPages, withSearch } from '../../links/links';
import { Empty } from '../../ui/parts';
import { Active } from './active/Active';
import { AlertsPart, WhenRouted } from './AlertsPart';
import { routingQuery } from './api';
import { ByRule } from './ByRule';
import { LedgerPart } from './ledger/LedgerPart';
import { ReceiversPart } from './receivers/ReceiversPart';
import { RoutingPart } from './routing/RoutingPart';
import { SilenceForm } from './silences/SilenceForm';
import { SilencePart } from './silences/SilencePart';
import { SilencesPart } from './silences/SilencesPart';

/** Alerts and what becomes of them: `/alerts`, `/alerts/silences`, `/alerts/silences/ID` and so on. */
export function AlertsSection({ part, id }: { part?: string | undefined; id?: string | undefined }) {
  if (part === undefined) return <FirstPart />;
  switch (part) {
    case 'rules': return <ByRule />;
    case 'silences': return id === undefined ? <SilencesPart /> : id === 'new' ? <SilenceForm /> : <SilencePart id={id} />;
    case 'routing': return <RoutingPart />;
    case 'receivers': return <ReceiversPart />;
    case 'ledger': return <LedgerPart />;
    default: return <Missing what={part} />;
  }
}

/** Where alerts are not routed, the rules are all that can tell of them: old links to `/alerts?filter=…` work in both cases. */
function FirstPart() {
  const isConfigured = useQuery(routingQuery).data?.isConfigured;
  const search = useSearch();
  if (isConfigured === true) return <Active />;
  if (isConfigured === false) return <Redirect to={withSearch(alertsPages.rules, search)} replace />;
  return <AlertsPart part="active"><WhenRouted>{null}</WhenRouted></AlertsPart>;
}

function Missing({ what }: { what: string }) {
  return <AlertsPart part="active"><Empty title={`Alerts have no part “${what}”`} /></AlertsPart>;
}
