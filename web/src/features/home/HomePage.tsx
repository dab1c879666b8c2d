import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { formatBytes, formatCount, formatShort, formatValue, plural } from '../../format/numbers';
import { formatInstant, formatLasting, formatMoment, momentOf } from '../../format/time';
import { activeLink, alertsByRuleLink, alertsPages, statusPages, targetsLink, targetsPage } from '../../links/links';
import { Card, Empty, Fault, Fetched, LabelList, Loading, Notice, Page, Since, useCapped, useNow } from '../../ui/parts';
import { StatusMark, StatusWord } from '../../ui/StatusMark';
import { groupsIfRoutedQuery, routingQuery } from '../alerts/api';
import { type HeldLookup, heldLookup } from '../alerts/held';
import { firingSign } from '../alerts/severity';
import { type Alert, alertsQuery } from '../rules/api';
import { cardinalityQuery, findingsQuery, runtimeQuery, storageQuery } from '../status/api';
import { type Target, targetsQuery } from '../targets/api';
import { downSinceQuery, lookBackHours } from './api';
import classes from './home.module.css';
import { LastHour } from './LastHour';
import { byUrgency, keyOf, verdictOf } from './verdict';

const nothingKnown: ReadonlyMap<string, number> = new Map();

/** Is it broken? The sentence, then what it is made of, then what is kept and whether the configuration is sound. */
export function HomePage() {
  const now = useNow();
  const alerts = useQuery(alertsQuery);
  const targets = useQuery(targetsQuery);
  const active = targets.data?.activeTargets ?? [];
  const down = active.filter((target) => target.health === 'down');
  const downSince = useQuery({ ...downSinceQuery, enabled: down.length > 0 }).data ?? nothingKnown;
  const allFiring = (alerts.data ?? []).filter((alert) => alert.state === 'firing');
  const groups = useQuery({ ...groupsIfRoutedQuery, enabled: allFiring.length > 0 }).data;
  const isRouted = useQuery({ ...routingQuery, enabled: allFiring.length > 0 }).data?.isConfigured === true;
  const held = useMemo(() => heldLookup(groups ?? []), [groups]);
  const firing = allFiring.sort((a, b) => Number(held(a.labels) !== undefined) - Number(held(b.labels) !== undefined) || byUrgency(a, b));
  const fault = alerts.error ?? targets.error;

  return (
    <Page title="Home" hideTitle>
      {fault !== null && <Fault error={fault} retry={() => void Promise.all([alerts.refetch(), targets.refetch()])} />}
      {alerts.data !== undefined && targets.data !== undefined ? <Sentence alerts={alerts.data} targets={active} downSince={downSince} held={held} now={now} asOfMs={Math.min(alerts.dataUpdatedAt, targets.dataUpdatedAt)} isStale={fault !== null} /> : fault === null && <Loading what="the verdict" rows={2} />}
      {(fault === null || alerts.data !== undefined || targets.data !== undefined) && <div className={classes.columns}>
        <div className={classes.column}>
          <Card title="Firing alerts" aside={<Link href={alertsPages.active}>All alerts</Link>} flush>
            <Fetched query={alerts} what="alerts">{() => firing.length === 0 ? <Empty title="Nothing is firing" /> : <FiringList alerts={firing} held={held} isRouted={isRouted} now={now} />}</Fetched>
          </Card>
          <Card title="Targets down" aside={<Link href={targetsPage}>All targets</Link>} flush>
            <Fetched query={targets} what="targets">
              {() => down.length === 0
                ? <Empty title={active.length === 0 ? 'No targets' : active.every((target) => target.health === 'unknown') ? 'None is scraped yet' : 'Every scraped target answers'}>{active.length === 0 && <span>Name what to watch under <code>scrape_configs</code> in prometheus.yml.</span>}</Empty>
                : <DownList targets={down} since={downSince} now={now} />}
            </Fetched>
          </Card>
        </div>
        <div className={classes.column}>
          <LastHour />
          <Stored now={now} />
          <Configuration now={now} />
        </div>
      </div>}
    </Page>
  );
}

function Sentence({ alerts, targets, downSince, held, now, asOfMs, isStale }: { alerts: Alert[]; targets: Target[]; downSince: ReadonlyMap<string, number>; held: HeldLookup; now: number; asOfMs: number; isStale: boolean }) {
  const verdict = verdictOf(alerts, targets, downSince, held);
  return (
    <div className={classes.verdict} data-status={isStale ? 'unknown' : verdict.status} role="status" aria-label="Verdict">
      <StatusMark status={isStale ? 'unknown' : verdict.status} size={34} />
      <div>
        <p className={classes.sentence}>{verdict.sentence}</p>
        <p className={classes.sub}>
          {isStale
            ? `This was so at ${formatInstant(asOfMs)}; since then the server does not answer.`
            : verdict.sinceMs !== undefined
              ? <>Since {formatMoment(verdict.sinceMs, now)}, for {formatLasting(now - verdict.sinceMs)}</>
              : `As of ${formatInstant(asOfMs).slice(11)}`}
        </p>
      </div>
    </div>
  );
}

function FiringList({ alerts, held, isRouted, now }: { alerts: readonly Alert[]; held: HeldLookup; isRouted: boolean; now: number }) {
  const { shown, more } = useCapped(alerts, 12);
  return (
    <>
      <ul className={classes.rows}>
        {shown.map((alert) => {
          const name = alert.labels.alertname ?? 'unnamed';
          const why = held(alert.labels);
          return (
            <li key={JSON.stringify(alert.labels)}>
              {why === undefined ? <StatusMark status={firingSign(alert.labels)} label="firing" /> : <StatusMark status="held" label="firing, held back" />}
              <span>
                <Link href={isRouted ? activeLink({ alertname: name }) : alertsByRuleLink(name)} className={classes.name ?? ''}>{name}</Link>
                {alert.annotations.summary !== undefined && <> {alert.annotations.summary}</>}
              </span>
              <span className={classes.right}><Since ms={momentOf(alert.activeAt)} now={now} /></span>
              <div className={classes.detail}>
                <LabelList labels={alert.labels} without={['alertname']} />
                {why !== undefined && <><StatusWord status="held" word={why} /> · </>}
                <span>value {formatValue(Number(alert.value))}</span>
                {alert.annotations.runbook_url?.match(/^https?:\/\//) && <> · <a href={alert.annotations.runbook_url} target="_blank" rel="noreferrer">Runbook</a></>}
              </div>
            </li>
          );
        })}
      </ul>
      {more}
    </>
  );
}

function DownList({ targets, since, now }: { targets: readonly Target[]; since: ReadonlyMap<string, number>; now: number }) {
  const { shown, more } = useCapped(targets, 12);
  return (
    <>
      <ul className={classes.rows}>
        {shown.map((target) => {
          const lastUp = since.get(keyOf(target));
          return (
            <li key={target.scrapePool + target.scrapeUrl + JSON.stringify(target.labels)}>
              <StatusMark status="down" label="down" />
              <span>
                <Link href={targetsLink(target.labels.instance ?? target.scrapeUrl)} className={classes.name ?? ''}>{target.labels.instance ?? target.scrapeUrl}</Link>{' '}
                <span className="soft">of {target.labels.job ?? target.scrapePool}</span>
              </span>
              <span className={classes.right}>{lastUp === undefined ? <span className="soft" title={`It did not answer in the last ${lookBackHours} hours, as far as the data reach`}>never up</span> : <Since ms={lastUp} now={now} />}</span>
              <span className={classes.detail}>{target.lastError}</span>
            </li>
          );
        })}
      </ul>
      {more}
    </>
  );
}

function Stored({ now }: { now: number }) {
  const storage = useQuery(storageQuery);
  const cardinality = useQuery({ ...cardinalityQuery, enabled: storage.data === null });
  const facts = storage.data;
  const series = facts?.series ?? cardinality.data?.headStats.numSeries;
  const oldest = facts?.minTime ?? cardinality.data?.headStats.minTime;
  return (
    <Card title="Stored" aside={<Link href={statusPages.cardinality}>Where it comes from</Link>}>
      {storage.error !== null ? <Fault error={storage.error} retry={() => void storage.refetch()} /> : (
        <dl className={classes.figures}>
          <div><dt>Series</dt><dd>{series === undefined ? '–' : formatCount(series)}</dd></div>
          {facts != null && <div><dt>On disk</dt><dd>{formatBytes(facts.bytes)}</dd></div>}
          {facts != null && <div><dt>Samples a second</dt><dd>{facts.samplesPerSecond < 100_000 ? formatCount(facts.samplesPerSecond) : formatShort(facts.samplesPerSecond)}</dd></div>}
          <div><dt>Reaches back</dt><dd>{oldest === undefined || oldest <= 0 || oldest > now ? '–' : formatLasting(now - oldest)}</dd></div>
          {/* Of the blocks alone: the log's files are allocated ahead. */}
          {facts != null && facts.samplesInBlocks > 1_000_000 && <div><dt>Bytes a sample</dt><dd>{formatValue(facts.blockBytes / facts.samplesInBlocks, 3)}</dd></div>}
        </dl>
      )}
    </Card>
  );
}

function Configuration({ now }: { now: number }) {
  const runtime = useQuery(runtimeQuery);
  const findings = useQuery(findingsQuery);
  const worst = (findings.data ?? []).filter((finding) => finding.severity !== 'info');
  return (
    <Card title="Configuration" aside={<Link href={statusPages.findings}>{worst.length === 0 ? 'Findings' : plural(worst.length, 'finding')}</Link>}>
      <Fetched query={runtime} what="the configuration's state">
        {(facts) => (
          <div className={classes.column} style={{ gap: 8 }}>
            {facts.reloadConfigSuccess
              ? <p><StatusMark status="ok" /> Loaded <Since ms={momentOf(facts.lastConfigTime)} now={now} ago />{worst.length === 0 && findings.isSuccess && ', without findings'}.</p>
              : <Notice><strong>The last reload was refused.</strong> The configuration of {formatMoment(momentOf(facts.lastConfigTime) ?? now, now)} goes on.</Notice>}
            {worst.slice(0, 3).map((finding) => (
              <Notice key={finding.where + finding.message} status={finding.severity === 'error' ? 'firing' : 'pending'} role="note"><div className={classes.finding} title={finding.message}><span className="mono">{finding.where}</span> {finding.message}</div></Notice>
            ))}
          </div>
        )}
      </Fetched>
    </Card>
  );
}
