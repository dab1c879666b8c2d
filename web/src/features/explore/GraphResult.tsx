import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Answer } from '../../api/client';
import type { MatrixSeries, QueryData } from '../../api/series';
import { Chart } from '../../charts/Chart';
import { type Drawing, draw } from '../../charts/columns';
import { Legend, letter } from '../../charts/Legend';
import { formatCount, plural } from '../../format/numbers';
import type { ExploreState } from '../../links/explore';
import { Card, Empty, Loading, Notice } from '../../ui/parts';
import { Cost, Faults } from './Cost';
import classes from './explore.module.css';
import { scaled, zoomed } from './state';

const linesAtFirst = 40;
const linesAtMost = 400;
const nothingHidden: ReadonlySet<string> = new Set();

interface Props {
  queries: string[];
  results: UseQueryResult<Answer<QueryData>>[];
  window: { startMs: number; endMs: number; stepMs: number };
  state: ExploreState;
  onChange: (state: ExploreState) => void;
  nowMs: number;
}

/** All queries in one graph, with the legend below. */
export function GraphResult({ queries, results, window, state, onChange, nowMs }: Props) {
  const [hidden, setHidden] = useState(nothingHidden);
  const [limit, setLimit] = useState(linesAtFirst);
  const newest = results.map((result) => (result.error === null ? result.data?.data : undefined));
  // The answers are the same objects until new ones come; only then is anything drawn anew.
  const [answers, setAnswers] = useState(newest);
  if (newest.length !== answers.length || newest.some((answer, i) => answer !== answers[i])) setAnswers(newest);
  // Data of the run before stay on show while the next are awaited; they are drawn over their own stretch.
  const isOld = results.some((result) => result.isPlaceholderData);
  const [drawn, setDrawn] = useState(window);
  if (!isOld && (drawn.startMs !== window.startMs || drawn.endMs !== window.endMs || drawn.stepMs !== window.stepMs)) setDrawn(window);

  const drawing = useMemo(
    () => draw(answers.map(seriesOf), drawn.startMs, drawn.endMs, drawn.stepMs, limit),
    [answers, drawn, limit]);

  const isLoading = results.some((result) => result.isLoading);
  const isEmpty = drawing.lines.length === 0;
  const hasFault = results.some((result) => result.error !== null);
  return (
    <>
      <Faults queries={queries} results={results} />
      {(!hasFault || !isEmpty) && (
        <Card flush>
          {isLoading && isEmpty ? <Loading what="the graph" rows={8} /> : isEmpty ? <Nothing drawing={drawing} /> : (
            <>
              <div className={`${classes.graph} ${isOld ? classes.busy : ''}`}>
                <Chart drawing={drawing} stacked={state.stacked} hidden={hidden}
                  onZoom={(from, until) => {
                    const next = zoomed(state, from, until);
                    if (next !== undefined) onChange(next);
                  }}
                  onZoomOut={() => onChange(scaled(state, 2, nowMs))} />
              </div>
              {drawing.total > drawing.lines.length && (
                <div style={{ padding: '6px 12px' }}>
                  <Notice status="pending" role="status">
                    Showing {drawing.lines.length} of {formatCount(drawing.total)} series: those with the largest values.{' '}
                    {limit < linesAtMost && <Button variant="subtle" size="compact-xs" onClick={() => setLimit(linesAtMost)}>Show up to {linesAtMost}</Button>}
                    {' '}Narrow the query with labels, <code>topk</code> or <code>sum by</code>.
                  </Notice>
                </div>
              )}
              {drawing.histograms > 0 && <p className="soft small" style={{ padding: '4px 14px' }}>{plural(drawing.histograms, 'native histogram')} not drawn; take <code>histogram_quantile</code> of them, or see the table.</p>}
              <Legend drawing={drawing} hidden={hidden} onHidden={setHidden} severalQueries={queries.length > 1} />
            </>
          )}
        </Card>
      )}
      {results.map((result, i) => result.data !== undefined && result.error === null && <Cost key={i} answer={result.data} name={queries.length > 1 ? letter(i) : undefined} />)}
    </>
  );
}

function seriesOf(data: QueryData | undefined): readonly MatrixSeries[] {
  return data?.resultType === 'matrix' ? data.result : [];
}

function Nothing({ drawing }: { drawing: Drawing }) {
  if (drawing.histograms > 0) return <Empty title="Only native histograms"><span>Take <code>histogram_quantile</code>, <code>histogram_avg</code> or <code>histogram_count</code> of them to draw a line.</span></Empty>;
  return <Empty title="No data in this range"><span>The query is sound, but no series matches it here. A longer range or other labels may find some.</span></Empty>;
}
