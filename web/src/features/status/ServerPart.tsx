import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatBytes, formatCount } from '../../format/numbers';
import { formatInstant, momentOf } from '../../format/time';
import { Card, Fetched, Since, useNow } from '../../ui/parts';
import { StatusWord } from '../../ui/StatusMark';
import { buildQuery, cardinalityQuery, runtimeQuery, storageQuery } from './api';
import classes from './status.module.css';

/** Go's own figures mean nothing here; servers that send them send them for the sake of old scripts. */
const leftOut = new Set(['reloadConfigSuccess', 'lastConfigTime', 'startTime', 'serverTime', 'goroutineCount', 'GOMAXPROCS', 'GOMEMLIMIT', 'GOGC', 'GODEBUG']);

const words: Record<string, string> = { CWD: 'Working directory', hostname: 'Host', corruptionCount: 'Damaged files set aside', storageRetention: 'Retention' };
const buildWords: Record<string, string> = { version: 'Version', revision: 'Revision', branch: 'Branch', buildUser: 'Built by', buildDate: 'Built', goVersion: 'Runtime' };

export function ServerPart() {
  const runtime = useQuery(runtimeQuery);
  const build = useQuery(buildQuery);
  const storage = useQuery(storageQuery);
  const cardinality = useQuery(cardinalityQuery);
  const now = useNow();
  return (
    <div className={classes.cards}>
      <Card title="Running" flush>
        <Fetched query={runtime} what="the server's state">
          {(facts) => (
            <Facts rows={[
              ['Started', <><Since ms={momentOf(facts.startTime)} now={now} ago /> <span className="soft">{formatInstant(momentOf(facts.startTime) ?? now)}</span></>],
              ['Configuration', <>{facts.reloadConfigSuccess ? <StatusWord status="ok" word="in force" /> : <StatusWord status="firing" word="last reload refused" />} <span className="soft">since {formatInstant(momentOf(facts.lastConfigTime) ?? now)}</span></>],
              ...Object.entries(facts).filter(([name, value]) => !leftOut.has(name) && value !== '').map(([name, value]): [string, ReactNode] => [words[name] ?? name, String(value)]),
            ]} />
          )}
        </Fetched>
      </Card>
      <Card title="Stored" flush>
        <Fetched query={cardinality} what="the store's state">
          {({ headStats }) => (
            <Facts rows={[
              ['Series in memory', formatCount(headStats.numSeries)],
              ['Label pairs', formatCount(headStats.numLabelPairs)],
              ...(storage.data != null ? [
                ['Samples in blocks', formatCount(storage.data.samplesInBlocks)],
                ['On disk', formatBytes(storage.data.bytes)],
                ['Blocks', formatCount(storage.data.blocks)],
                ['Samples a second', formatCount(storage.data.samplesPerSecond)],
              ] satisfies [string, ReactNode][] : []),
              ['Oldest in memory', headStats.minTime > 0 && headStats.minTime < now + 86_400_000 ? formatInstant(headStats.minTime) : '–'],
              ['Newest', headStats.maxTime > 0 ? formatInstant(headStats.maxTime) : '–'],
            ]} />
          )}
        </Fetched>
      </Card>
      <Card title="Build" flush>
        <Fetched query={build} what="the build">
          {(facts) => <Facts rows={Object.entries(facts).filter(([, value]) => value !== '').map(([name, value]) => [buildWords[name] ?? name, value])} />}
        </Fetched>
      </Card>
    </div>
  );
}

function Facts({ rows }: { rows: [string, ReactNode][] }) {
  return <dl className={classes.facts}>{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
