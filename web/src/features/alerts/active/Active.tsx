import { Button, Select, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { Labels } from '../../../format/labels';
import { plural } from '../../../format/numbers';
import { formatInstant, momentOf } from '../../../format/time';
import { exploreLink } from '../../../links/explore';
import { alertsByRuleLink, alertsPages, ledgerLink, newSilenceLink, receiverLink, wayLink } from '../../../links/links';
import { useAddressValue } from '../../../ui/FilterField';
import { Card, Empty, Fetched, LabelList, Since, uiClasses, useCapped, useNow } from '../../../ui/parts';
import { StatusMark, StatusWord } from '../../../ui/StatusMark';
import { ruleGroupsQuery } from '../../rules/api';
import classes from '../alerts.module.css';
import { AlertsPart } from '../AlertsPart';
import { Annotations } from '../Annotations';
import { type AlertGroup, groupsQuery, matchingQuery, type RoutedAlert } from '../api';
import { MatcherField, useAddressMatchers } from '../matchers/MatcherField';
import { type Receiver, receiversQuery } from '../receivers/api';
import { receiverState } from '../receivers/state';
import { firingSign } from '../severity';
import { type Silence, silencesQuery } from '../silences/api';
import { arrange, countStates, expressionOf, groupTitle, type Held, heldBy, type ShownState } from './groups';
import { HeldList, heldSummary } from './HeldList';

/** What rows need to know beyond their alert. */
interface Around {
  now: number;
  silences: readonly Silence[];
  /** Labels of every alert, also of those that the filter leaves out: one of them may inhibit. */
  labelsOf: ReadonlyMap<string, Labels>;
  ruleNames: ReadonlySet<string>;
  /** By name: receivers that cannot be trusted to tell anybody, and how they stand. */
  troubles: ReadonlyMap<string, ReturnType<typeof receiverState>>;
}

/** Alerts as they notify: in their groups, by receiver, with what holds some of them back. */
export function Active() {
  const [matchers, setMatchers] = useAddressMatchers();
  const [receiver, setReceiver] = useAddressValue('receiver');
  const [state, setState] = useAddressValue('state', 'all');
  const groups = useQuery(groupsQuery(matchers, receiver));
  const receivers = useQuery(receiversQuery);
  const around = useAround(groups.data, receivers.data);
  const names = [...new Set([...(receivers.data ?? []).map((one) => one.name), ...(groups.data ?? []).map((group) => group.receiver.name), ...(receiver === '' ? [] : [receiver])])].sort();
  const labelSets = useMemo(() => (groups.data ?? []).flatMap((group) => group.alerts.map((alert) => alert.labels)), [groups.data]);
  const isFiltered = matchers.length > 0 || receiver !== '';

  return (
    <AlertsPart part="active">
      <div className={classes.controls}>
        <MatcherField isSearch label="Filter alerts" placeholder={'Part of a name, or a matcher such as severity="critical"'} value={matchers} onChange={setMatchers} labelSets={labelSets} />
        <Select size="xs" aria-label="Receiver" data={[{ value: '', label: 'All receivers' }, ...names.map((name) => ({ value: name, label: name }))]} value={receiver} onChange={(value) => setReceiver(value ?? '')} allowDeselect={false} />
      </div>
      <Fetched query={groups} what="alerts">
        {(all) => {
          const counts = countStates(all);
          const shown = arrange(all, state as ShownState);
          return (
            <>
              <SegmentedControl size="xs" value={state} onChange={setState} aria-label="State" style={{ alignSelf: 'flex-start' }}
                data={[{ value: 'all', label: `All ${counts.all}` }, { value: 'active', label: `Active ${counts.active}` }, { value: 'suppressed', label: `Suppressed ${counts.suppressed}` }]} />
              {counts.all === 0 && <Card>{isFiltered ? <Empty title="No alert matches"><Link href={alertsPages.active}>Show all alerts</Link></Empty> : <Empty title="Nothing is firing"><span>What is pending, and what every rule watches for, stands <Link href={alertsPages.rules}>by rule</Link>.</span></Empty>}</Card>}
              {counts.all > 0 && shown.length === 0 && <Card><Empty title={state === 'active' ? 'Everything that fires is held back' : 'Nothing is held back'} /></Card>}
              <Groups groups={shown} around={around} />
            </>
          );
        }}
      </Fetched>
    </AlertsPart>
  );
}

function useAround(groups: readonly AlertGroup[] | undefined, receivers: readonly Receiver[] | undefined): Around {
  // Not each second: there may be a thousand rows.
  const now = useNow(5_000);
  const { known, hasHeld, isOneUnknown } = useMemo(() => {
    const alerts = (groups ?? []).flatMap((group) => group.alerts);
    const labels = new Map(alerts.map((alert) => [alert.fingerprint, alert.labels]));
    return {
      known: labels,
      hasHeld: alerts.some((alert) => alert.status.state === 'suppressed'),
      isOneUnknown: alerts.some((alert) => alert.status.inhibitedBy.some((one) => !labels.has(one))),
    };
  }, [groups]);
  const everything = useQuery({ ...matchingQuery([]), enabled: isOneUnknown }).data;
  const silences = useQuery({ ...silencesQuery, enabled: hasHeld });
  const rules = useQuery(ruleGroupsQuery).data;
  const labelsOf = useMemo(() => new Map([...(everything ?? []).map((alert) => [alert.fingerprint, alert.labels] as const), ...known]), [everything, known]);
  const ruleNames = useMemo(() => new Set((rules ?? []).flatMap((group) => group.rules.map((rule) => rule.name))), [rules]);
  const troubles = useMemo(() => new Map((receivers ?? []).map((receiver) => [receiver.name, receiverState(receiver)] as const).filter(([, { status }]) => status !== 'ok' && status !== 'unknown')), [receivers]);
  return { now, silences: silences.data ?? [], labelsOf, ruleNames, troubles };
}

function Groups({ groups, around }: { groups: readonly AlertGroup[]; around: Around }) {
  const { shown, more } = useCapped(groups, 25);
  return (
    <>
      {shown.map((group) => <Group key={`${group.receiver.name} ${JSON.stringify(group.labels)}`} group={group} around={around} />)}
      {more}
    </>
  );
}

function Group({ group, around }: { group: AlertGroup; around: Around }) {
  const { shown, more } = useCapped(group.alerts, 10);
  const title = groupTitle(group.labels);
  const trouble = around.troubles.get(group.receiver.name);
  return (
    <Card flush title={<span className="wrap">{title === '' ? `All alerts for ${group.receiver.name}` : title}</span>} aside={<span className={classes.links}>
      {plural(group.alerts.length, 'alert')} for <Link href={receiverLink(group.receiver.name)}>{group.receiver.name}</Link>{trouble !== undefined && <>, which <StatusWord status={trouble.status} word={trouble.says} /></>}
      {Object.keys(group.labels).length > 0 && <> · <Link href={newSilenceLink(group.labels)}>Silence the group</Link></>}
    </span>}>
      {shown.map((alert) => <AlertRow key={alert.fingerprint} alert={alert} group={group} around={around} isOpen={group.alerts.length === 1 && alert.status.state === 'active'} />)}
      {more}
    </Card>
  );
}

function AlertRow({ alert, group, around, isOpen }: { alert: RoutedAlert; group: AlertGroup; around: Around; isOpen: boolean }) {
  const held: Held[] = heldBy(alert, around.silences, around.labelsOf);
  const name = alert.labels.alertname ?? 'Alert without a name';
  const since = momentOf(alert.startsAt);
  const isHeld = alert.status.state === 'suppressed';
  // What is closed is not built: with thousands of alerts that is nearly all of the page.
  const [isBuilt, setBuilt] = useState(isOpen);
  return (
    <details className={`${uiClasses.opens} ${classes.rule}`} open={isOpen} onToggle={(event) => event.currentTarget.open && setBuilt(true)}>
      <summary>
        <StatusMark status={isHeld ? 'held' : firingSign(alert.labels)} label={isHeld ? 'held back' : 'active'} />
        <span>
          <span className={classes.name}>{name}</span>
          <span className={classes.what}> {alert.annotations.summary ?? alert.annotations.description ?? ''}</span>
          {held.length > 0 && <span className={classes.why}>{heldSummary(held)}</span>}
        </span>
        <Since ms={since} now={around.now} />
      </summary>
      {isBuilt && <div className={classes.body}>
        {isHeld ? <HeldList held={held} now={around.now} /> : <span><StatusWord status="firing" word="active" /> <span className="soft">{since !== undefined && `since ${formatInstant(since)}`}</span></span>}
        <LabelList labels={alert.labels} />
        <Annotations annotations={alert.annotations} />
        <AlertLinks alert={alert} group={group} ruleNames={around.ruleNames} />
      </div>}
    </details>
  );
}

function AlertLinks({ alert, group, ruleNames }: { alert: RoutedAlert; group: AlertGroup; ruleNames: ReadonlySet<string> }) {
  const expression = expressionOf(alert.generatorURL);
  const name = alert.labels.alertname ?? '';
  const isOurs = ruleNames.has(name);
  return (
    <div className={classes.actions}>
      <Button component={Link} href={newSilenceLink(alert.labels)} variant="default">Silence</Button>
      {isOurs && <Link href={alertsByRuleLink(name)}>Rule</Link>}
      {expression !== undefined && <Link href={exploreLink(expression)}>Explore</Link>}
      {!isOurs && /^https?:\/\//.test(alert.generatorURL ?? '') && <a href={alert.generatorURL} target="_blank" rel="noreferrer">Source</a>}
      <Link href={wayLink(alert.labels)}>Route</Link>
      <Link href={ledgerLink(alert.labels, group.receiver.name)}>{alert.status.state === 'suppressed' ? 'Why was nobody paged?' : 'What was sent'}</Link>
    </div>
  );
}
