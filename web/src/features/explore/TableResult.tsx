import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Answer } from '../../api/client';
import type { Histogram, MatrixSeries, QueryData, VectorSeries } from '../../api/series';
import { letter } from '../../charts/Legend';
import type { Labels } from '../../format/labels';
import { formatValue, plural } from '../../format/numbers';
import { formatInstant } from '../../format/time';
import { Card, Empty, Loading, uiClasses, useCapped } from '../../ui/parts';
import { Cost, Faults } from './Cost';
import classes from './explore.module.css';

/** One query's answer at one moment, as rows. */
export function TableResult({ index, query, result, isOnly }: { index: number; query: string; result: UseQueryResult<Answer<QueryData>>; isOnly: boolean }) {
  if (result.error !== null) return <Faults queries={[query]} results={[result]} />;
  return (
    <>
      <Card title={isOnly ? undefined : <span>{letter(index)} <span className="mono">{query}</span></span>} flush>
        <div className={result.isPlaceholderData ? classes.busy : ''}>{result.data === undefined ? <Loading what="the table" /> : <Rows data={result.data.data} />}</div>
      </Card>
      {result.data !== undefined && <Cost answer={result.data} />}
    </>
  );
}

function Rows({ data }: { data: QueryData }) {
  switch (data.resultType) {
    case 'vector': return <VectorRows series={data.result} />;
    case 'matrix': return <MatrixRows series={data.result} />;
    case 'scalar': return <One kind="Scalar" value={formatValue(Number(data.result[1]), 15)} />;
    case 'string': return <One kind="String" value={data.result[1]} />;
  }
}

function One({ kind, value }: { kind: string; value: string }) {
  return <table className={uiClasses.table}><tbody><tr><th scope="row">{kind}</th><td data-number className="mono">{value}</td></tr></tbody></table>;
}

type Order = 'as it came' | 'ascending' | 'descending';
const nextOrder: Record<Order, Order> = { 'as it came': 'descending', descending: 'ascending', ascending: 'as it came' };

function VectorRows({ series }: { series: VectorSeries[] }) {
  const [order, setOrder] = useState<Order>('as it came');
  const sorted = useMemo(() => {
    if (order === 'as it came') return series;
    const sign = order === 'ascending' ? 1 : -1;
    const number = (one: VectorSeries) => Number((one.value?.[1] ?? one.histogram?.[1].count ?? 'NaN').replace('Inf', 'Infinity'));
    return [...series].sort((a, b) => sign * (number(a) - number(b)) || 0);
  }, [series, order]);
  const { shown, more } = useCapped(sorted, 250);
  if (series.length === 0) return <Empty title="No data at this moment"><span>The query is sound, but no series has a value here.</span></Empty>;
  return (
    <>
      <div className={uiClasses.scroll}>
        <table className={uiClasses.table}>
          <thead>
            <tr>
              <th scope="col">Series</th>
              <th scope="col" data-number {...(order !== 'as it came' && { 'aria-sort': order })}>
                <button type="button" className={classes.sort} onClick={() => setOrder(nextOrder[order])}>Value {order === 'ascending' ? '▲' : order === 'descending' ? '▼' : '↕'}</button>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one, i) => (
              <tr key={i}>
                <td><SeriesText labels={one.metric} /></td>
                <td data-number className="mono">{one.value !== undefined ? <span title={one.value[1]}>{sampleText(one.value[1])}</span> : one.histogram !== undefined && <HistogramText histogram={one.histogram[1]} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more}
    </>
  );
}

const samplesShown = 100;

function MatrixRows({ series }: { series: MatrixSeries[] }) {
  const { shown, more } = useCapped(series, 50);
  if (series.length === 0) return <Empty title="No data at this moment" />;
  return (
    <>
      <table className={uiClasses.table}>
        <thead><tr><th scope="col">Series</th><th scope="col" data-number>Samples</th></tr></thead>
        <tbody>
          {shown.map((one, i) => (
            <tr key={i}>
              <td><SeriesText labels={one.metric} /></td>
              <td data-number className="mono">
                {(one.values ?? []).slice(0, samplesShown).map(([seconds, value]) => <div key={seconds}>{sampleText(value)} <span className="soft">@ {formatInstant(seconds * 1000)}</span></div>)}
                {(one.histograms ?? []).slice(0, samplesShown).map(([seconds, value]) => <div key={seconds}><HistogramText histogram={value} /> <span className="soft">@ {formatInstant(seconds * 1000)}</span></div>)}
                {Math.max(one.values?.length ?? 0, one.histograms?.length ?? 0) > samplesShown && <div className="soft">and {plural(Math.max(one.values?.length ?? 0, one.histograms?.length ?? 0) - samplesShown, 'more sample')}</div>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more}
    </>
  );
}

function sampleText(text: string): string {
  return text === '+Inf' || text === '-Inf' || text === 'NaN' ? text : formatValue(Number(text), 12);
}

function HistogramText({ histogram }: { histogram: Histogram }) {
  return <span title={(histogram.buckets ?? []).map(([, low, high, count]) => `${low} to ${high}: ${count}`).join('\n')}>count {sampleText(histogram.count)}, sum {sampleText(histogram.sum)}, {plural(histogram.buckets?.length ?? 0, 'bucket')}</span>;
}

/** A series as PromQL writes it, names and values told apart by weight. */
export function SeriesText({ labels }: { labels: Labels }) {
  const { __name__: name, ...others } = labels;
  const pairs = Object.entries(others);
  return (
    <span className={classes.series}>
      {name !== undefined && <b>{name}</b>}
      {(pairs.length > 0 || name === undefined) && <>{'{'}{pairs.map(([label, value], i) => <span key={label}>{i > 0 && ', '}<i>{label}=</i>{JSON.stringify(value)}</span>)}{'}'}</>}
    </span>
  );
}
