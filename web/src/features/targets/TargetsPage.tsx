import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { formatCount, plural } from '../../format/numbers';
import { formatTook, momentOf } from '../../format/time';
import { exploreLink } from '../../links/explore';
import { FilterField, useAddressValue } from '../../ui/FilterField';
import { Card, Empty, Fetched, LabelList, Page, Since, uiClasses, useCapped, useNow } from '../../ui/parts';
import { StatusMark, StatusWord } from '../../ui/StatusMark';
import { type DroppedTarget, relabelStepsQuery, type Target, targetsQuery } from './api';
import { changesOf, type Pool, poolsOf, type Show } from './pools';
import classes from './targets.module.css';

/** Everything that is scraped, by pool: does it answer, what is wrong, and how its labels came about. */
export function TargetsPage() {
  const query = useQuery(targetsQuery);
  const now = useNow();
  const [filter, setFilter] = useAddressValue('filter');
  const [written, setShow] = useAddressValue('show', 'all');
  const show: Show = written === 'down' || written === 'dropped' ? written : 'all';
  return (
    <Page title="Targets" actions={<FilterField label="Filter targets" value={filter} onChange={setFilter} />}>
      <Fetched query={query} what="targets">
        {(facts) => {
          const pools = poolsOf(facts, filter, show);
          const down = facts.activeTargets.filter((target) => target.health === 'down').length;
          const dropped = Math.max(facts.droppedTargets.length, Object.values(facts.droppedTargetCounts ?? {}).reduce((sum, count) => sum + count, 0));
          return (
            <>
              <SegmentedControl size="xs" value={show} onChange={setShow} aria-label="Which targets" style={{ alignSelf: 'flex-start' }}
                data={[{ value: 'all', label: `All ${facts.activeTargets.length}` }, { value: 'down', label: `Down ${down}` }, { value: 'dropped', label: `Dropped ${formatCount(dropped)}` }]} />
              {pools.length === 0 && (
                <Card>
                  {filter !== '' ? <Empty title={`No target matches “${filter}”`} />
                    : show === 'down' ? <Empty title="Every scraped target answers" />
                      : show === 'dropped' ? <Empty title="Relabelling drops no target" />
                        : <Empty title="No targets"><span>Name what to watch under <code>scrape_configs</code> in prometheus.yml.</span></Empty>}
                </Card>
              )}
              {pools.map((pool) => <PoolCard key={pool.name} pool={pool} now={now} showsDropped={show === 'dropped'} />)}
            </>
          );
        }}
      </Fetched>
    </Page>
  );
}

function PoolCard({ pool, now, showsDropped }: { pool: Pool; now: number; showsDropped: boolean }) {
  const { shown, more } = useCapped(pool.targets, 60);
  const total = pool.up + pool.down;
  return (
    <Card flush title={pool.name} aside={<>
      {pool.down > 0 ? <StatusWord status="down" word={`${pool.down} down`} /> : total > 0 ? <StatusWord status="ok" word="all up" /> : null}
      {' '}{pool.up} of {plural(Math.max(total, pool.targets.length), 'target')} up{pool.droppedCount > 0 && <> · {formatCount(pool.droppedCount)} dropped</>}
    </>}>
      {shown.length === 0 && pool.dropped.length === 0 && <Empty title={pool.droppedCount > 0 ? 'Every discovered target was dropped' : 'Nothing discovered'} />}
      {shown.map((target) => <TargetRow key={target.scrapeUrl + JSON.stringify(target.labels)} target={target} now={now} />)}
      {more}
      {pool.dropped.length > 0 && <Dropped pool={pool} isOpen={showsDropped} />}
    </Card>
  );
}

function TargetRow({ target, now }: { target: Target; now: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={`${uiClasses.opens} ${classes.target}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <StatusMark status={target.health === 'up' ? 'ok' : target.health} label={target.health} />
        <span className={classes.main}>
          <span className={classes.name}>{target.labels.instance ?? target.scrapeUrl}</span>
          <LabelList labels={target.labels} without={['instance', 'job']} isQuiet />
        </span>
        <span className={classes.when}>
          {target.lastScrape.startsWith('0001') ? <span className="soft">not scraped yet</span> : <><Since ms={momentOf(target.lastScrape)} now={now} ago /> <span className="soft">in {formatTook(target.lastScrapeDuration)}</span></>}
        </span>
        {target.lastError !== '' && <span className={target.health === 'down' ? classes.error : classes.note}>{target.lastError}</span>}
      </summary>
      {isOpen && (
        <div className={classes.body}>
          <dl className={classes.facts}>
            <dt>Address</dt><dd><a href={target.scrapeUrl} target="_blank" rel="noreferrer" className="mono">{target.scrapeUrl}</a></dd>
            <dt>Scraped</dt><dd>every {target.scrapeInterval}, at most {target.scrapeTimeout} long · <Link href={exploreLink(`up{${Object.entries(target.labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(', ')}}`)}>its <code>up</code></Link></dd>
            <dt>Labels before</dt><dd><LabelList labels={target.discoveredLabels} /></dd>
            <dt>Labels after</dt><dd><LabelList labels={target.labels} /></dd>
          </dl>
          <Relabelling pool={target.scrapePool} discovered={target.discoveredLabels} />
        </div>
      )}
    </details>
  );
}

function Dropped({ pool, isOpen }: { pool: Pool; isOpen: boolean }) {
  const { shown, more } = useCapped(pool.dropped, 30);
  return (
    <details className={classes.dropped} open={isOpen}>
      <summary>{formatCount(pool.droppedCount)} dropped by relabelling{pool.droppedCount > pool.dropped.length && `, ${pool.dropped.length} of them shown`}</summary>
      {shown.map((target) => <DroppedRow key={JSON.stringify(target.discoveredLabels)} target={target} pool={pool.name} />)}
      {more}
    </details>
  );
}

function DroppedRow({ target, pool }: { target: DroppedTarget; pool: string }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={`${uiClasses.opens} ${classes.target}`} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <StatusMark status="unknown" label="dropped" />
        <span className={classes.main}><span className={classes.name}>{target.discoveredLabels.__address__ ?? '(no address)'}</span></span>
      </summary>
      {isOpen && (
        <div className={classes.body}>
          <dl className={classes.facts}><dt>Labels before</dt><dd><LabelList labels={target.discoveredLabels} /></dd></dl>
          <Relabelling pool={pool} discovered={target.discoveredLabels} />
        </div>
      )}
    </details>
  );
}

/** What each step of relabelling did, where the server tells. */
function Relabelling({ pool, discovered }: { pool: string; discovered: Record<string, string> }) {
  const query = useQuery(relabelStepsQuery(pool, discovered));
  const steps = query.data?.steps ?? [];
  if (steps.length === 0) return null;
  return (
    <div>
      <h3>Relabelling, step by step</h3>
      <ol className={classes.steps}>
        {changesOf(discovered, steps).map((step, i) => (
          <li key={i}>
            <span className="mono wrap">{step.text}</span>
            <div className={classes.change}>
              {!step.keep ? <StatusWord status="down" word="dropped here" /> : Object.keys(step.added).length === 0 && step.removed.length === 0 ? <span className="soft small">changes nothing</span> : (
                <>
                  {Object.keys(step.added).length > 0 && <><span className="soft small">sets</span> <LabelList labels={step.added} /></>}
                  {step.removed.length > 0 && <span className="small"><span className="soft">removes</span> <span className="mono">{step.removed.join(', ')}</span></span>}
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
