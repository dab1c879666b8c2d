import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { formatBytes, formatCount } from '../../format/numbers';
import { exploreLink } from '../../links/explore';
import { Card, Empty, Fetched } from '../../ui/parts';
import { cardinalityQuery, type NameValue } from './api';
import classes from './status.module.css';

/** Where the series come from: what to look at when there are too many. */
export function CardinalityPart() {
  const query = useQuery(cardinalityQuery);
  return (
    <Fetched query={query} what="the cardinality">
      {(facts) => (
        <>
          <p className="soft">{formatCount(facts.headStats.numSeries)} series with {formatCount(facts.headStats.numLabelPairs)} label pairs are in memory. These take the most.</p>
          <div className={classes.tops}>
            <Top title="Series by metric name" rows={facts.seriesCountByMetricName} total={facts.headStats.numSeries} link={(name) => exploreLink(`count({__name__=${JSON.stringify(name)}})`)} />
            <Top title="Series by label and value" rows={facts.seriesCountByLabelValuePair} total={facts.headStats.numSeries} link={(pair) => exploreLink(`topk(20, count by (__name__) ({${selector(pair)}}))`, 'table')} />
            <Top title="Values by label name" rows={facts.labelValueCountByLabelName} link={(name) => exploreLink(`topk(20, count by (${quoted(name)}) ({${quoted(name)}!=""}))`, 'table')} />
            <Top title="Bytes of values by label name" rows={facts.memoryInBytesByLabelName} format={formatBytes} />
          </div>
        </>
      )}
    </Fetched>
  );
}

/** `name=value` as a matcher. Values hold any character; names do not hold "=". */
function selector(pair: string): string {
  const at = pair.indexOf('=');
  return `${quoted(pair.slice(0, at))}=${JSON.stringify(pair.slice(at + 1))}`;
}

function quoted(label: string): string {
  return /^[A-Za-z_]\w*$/.test(label) ? label : JSON.stringify(label);
}

function Top({ title, rows, total, format = formatCount, link }: { title: string; rows: NameValue[]; total?: number; format?: (value: number) => string; link?: (name: string) => string }) {
  const largest = Math.max(1, ...rows.map((row) => row.value));
  return (
    <Card title={title} flush>
      {rows.length === 0 ? <Empty title="Nothing stored yet" /> : (
        <table className={classes.top}>
          <caption className="visually-hidden">{title}</caption>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <th scope="row" className="mono">{link === undefined ? row.name : <Link href={link(row.name)}>{row.name}</Link>}</th>
                <td data-number>{format(row.value)}</td>
                <td className={classes.share} aria-hidden="true"><i style={{ width: `${(100 * row.value) / (total ?? largest)}%` }} /></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
