import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { formatValue, plural } from '../../format/numbers';
import { formatInstant, momentOf, printDuration } from '../../format/time';
import { exploreLink } from '../../links/explore';
import { rulesLink } from '../../links/links';
import { FilterField, useAddressValue } from '../../ui/FilterField';
import { Card, Empty, Fetched, LabelList, Notice, Since, uiClasses, useCapped, useNow } from '../../ui/parts';
import { type Status, StatusMark, StatusWord } from '../../ui/StatusMark';
import { type Alert, ruleGroupsQuery } from '../rules/api';
import classes from './alerts.module.css';
import { AlertsPart } from './AlertsPart';
import { Annotations } from './Annotations';
import { type AlertState, byState, type PlacedRule, states } from './grouping';

const look: Record<AlertState, { status: Status; title: string }> = {
  firing: { status: 'firing', title: 'Firing' },
  pending: { status: 'pending', title: 'Pending' },
  inactive: { status: 'ok', title: 'Inactive' },
  unknown: { status: 'unknown', title: 'Not evaluated yet' },
};

/** Every alerting rule by its state, the worst first. */
export function ByRule() {
  const query = useQuery(ruleGroupsQuery);
  const now = useNow();
  const [filter, setFilter] = useAddressValue('filter');
  const [only, setOnly] = useAddressValue('state', 'all');
  return (
    <AlertsPart part="rules" actions={<FilterField label="Filter alerts" value={filter} onChange={setFilter} />}>
      <Fetched query={query} what="alerts">
        {(groups) => {
          const found = byState(groups, filter);
          const total = states.reduce((sum, state) => sum + found[state].length, 0);
          const shown = states.filter((state) => found[state].length > 0 && (only === 'all' || only === state));
          return (
            <>
              <SegmentedControl size="xs" value={only} onChange={setOnly} aria-label="State" style={{ alignSelf: 'flex-start', maxWidth: '100%', flexWrap: 'wrap' }}
                data={[{ value: 'all', label: `All ${total}` }, ...states.filter((state) => state !== 'unknown' || found.unknown.length > 0).map((state) => ({ value: state, label: `${state === 'unknown' ? 'New' : look[state].title} ${found[state].length}` }))]} />
              {total === 0 && <Card>{filter === '' ? <Empty title="No alerting rules"><span>Write them into a file that <code>rule_files</code> in prometheus.yml names.</span></Empty> : <Empty title={`No alert matches “${filter}”`} />}</Card>}
              {total > 0 && shown.length === 0 && <Card><Empty title={only === 'firing' ? 'Nothing is firing' : only === 'pending' ? 'Nothing is pending' : 'None'} /></Card>}
              {shown.map((state) => (
                <Card key={state} flush title={<StatusWord status={look[state].status} word={look[state].title} />} aside={plural(found[state].length, 'rule')}>
                  {found[state].map((placed) => <RuleRow key={`${placed.group.file} ${placed.group.name} ${placed.rule.name} ${placed.rule.query}`} placed={placed} status={look[state].status} now={now} isOpen={state === 'firing'} />)}
                </Card>
              ))}
            </>
          );
        }}
      </Fetched>
    </AlertsPart>
  );
}

function RuleRow({ placed: { group, rule }, status, now, isOpen }: { placed: PlacedRule; status: Status; now: number; isOpen: boolean }) {
  const oldest = Math.min(...rule.alerts.map((alert) => momentOf(alert.activeAt) ?? Infinity));
  return (
    <details className={`${uiClasses.opens} ${classes.rule}`} open={isOpen}>
      <summary>
        <StatusMark status={status} label={rule.state} />
        <span>
          <span className={classes.name}>{rule.name}</span>
          <span className={classes.what}> {rule.annotations?.summary !== undefined && rule.alerts.length === 0 ? '' : rule.alerts[0]?.annotations.summary ?? ''}</span>
        </span>
        <span className="nowrap">
          {rule.alerts.length > 0 && <>{rule.alerts.length > 1 && <span className="soft">{rule.alerts.length} alerts · </span>}<Since ms={Number.isFinite(oldest) ? oldest : undefined} now={now} /></>}
          {rule.health === 'err' && <StatusWord status="pending" word="rule fails" />}
        </span>
      </summary>
      <div className={classes.body}>
        {rule.lastError !== undefined && rule.lastError !== '' && <Notice role="note">The rule could not be evaluated: {rule.lastError}</Notice>}
        <Alerts alerts={rule.alerts} now={now} />
        <dl className={classes.facts}>
          <dt>Expression</dt><dd><Link href={exploreLink(rule.query)} className="mono">{rule.query}</Link></dd>
          {rule.duration > 0 && <><dt>For</dt><dd>{printDuration(rule.duration * 1000)}</dd></>}
          {rule.keepFiringFor > 0 && <><dt>Keep firing for</dt><dd>{printDuration(rule.keepFiringFor * 1000)}</dd></>}
          {rule.labels !== undefined && Object.keys(rule.labels).length > 0 && <><dt>Labels</dt><dd><LabelList labels={rule.labels} /></dd></>}
          <dt>Group</dt><dd><Link href={rulesLink(rule.name)}>{group.name}</Link> <span className="soft">in {group.file}</span></dd>
        </dl>
      </div>
    </details>
  );
}

function Alerts({ alerts, now }: { alerts: readonly Alert[]; now: number }) {
  const { shown, more } = useCapped(alerts, 30);
  return (
    <>
      {shown.map((alert) => {
        const since = momentOf(alert.activeAt);
        return (
          <div key={JSON.stringify(alert.labels)} className={classes.alert}>
            <div className={classes.alertHead}>
              <StatusWord status={alert.state === 'inactive' ? 'ok' : alert.state} word={alert.state} />
              <span>value <strong className="mono">{formatValue(Number(alert.value))}</strong></span>
              {since !== undefined && <span className="soft">since {formatInstant(since)}, for <Since ms={since} now={now} /></span>}
              {momentOf(alert.keepFiringSince) !== undefined && <span className="soft">kept firing: the condition is gone</span>}
            </div>
            <LabelList labels={alert.labels} without={['alertname']} />
            <Annotations annotations={alert.annotations} />
          </div>
        );
      })}
      {more}
    </>
  );
}
