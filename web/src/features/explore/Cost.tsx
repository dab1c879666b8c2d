import type { UseQueryResult } from '@tanstack/react-query';
import type { Answer } from '../../api/client';
import type { QueryData } from '../../api/series';
import { letter } from '../../charts/Legend';
import { formatShort, plural } from '../../format/numbers';
import { formatTook } from '../../format/time';
import { Fault, Notice } from '../../ui/parts';
import classes from './explore.module.css';

/** What a query cost, and what the server has to say about its answer. */
export function Cost({ answer, name }: { answer: Answer<QueryData>; name?: string | undefined }) {
  const { data } = answer;
  const series = data.resultType === 'vector' || data.resultType === 'matrix' ? data.result.length : 1;
  const took = data.stats?.timings?.execTotalTime ?? data.stats?.timings?.evalTotalTime;
  const read = data.stats?.samples?.totalQueryableSamples;
  const peak = data.stats?.samples?.peakSamples;
  return (
    <div className={classes.notes}>
      <div className={classes.cost} data-testid="cost">
        {name !== undefined && <strong>{name}</strong>}
        <span>{plural(series, 'series', 'series')}</span>
        {took !== undefined && <span>{formatTook(took)}</span>}
        {read !== undefined && <span>{formatShort(read)} samples read</span>}
        {peak !== undefined && <span>{formatShort(peak)} held at most</span>}
      </div>
      {answer.warnings.map((warning) => <Notice key={warning} status="pending" role="status">{warning}</Notice>)}
      {answer.infos.map((info) => <Notice key={info} status="note" role="status">{info}</Notice>)}
    </div>
  );
}

/** Why queries gave no answer. */
export function Faults({ queries, results }: { queries: string[]; results: UseQueryResult<Answer<QueryData>>[] }) {
  return results.map((result, i) => result.error !== null && (
    <div key={i}>
      {queries.length > 1 && <strong>Query {letter(i)}</strong>}
      <Fault error={result.error} retry={() => void result.refetch()} />
    </div>
  ));
}
