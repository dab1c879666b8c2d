import { Button } from '@mantine/core';
import { useQueries } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { exploreAddress, type ExploreState, queriesAtMost, readExplore } from '../../links/explore';
import { PlusIcon } from '../../ui/icons';
import { Card, Empty, Notice, Page } from '../../ui/parts';
import { formatExpression, instantQuery, rangeQuery } from './api';
import { Controls } from './Controls';
import classes from './explore.module.css';
import { GraphResult } from './GraphResult';
import { QueryRow } from './QueryRow';
import { windowOf } from './state';
import { TableResult } from './TableResult';

const examples = ['up', 'sum by (job) (up)', 'topk(10, count by (__name__) ({__name__=~".+"}))', 'scrape_duration_seconds'];

/** Ask anything of the series. Everything that decides what is shown is in the address. */
export function ExplorePage() {
  const search = useSearch();
  const [, go] = useLocation();
  const state = useMemo(() => readExplore(search), [search]);
  const asked = state.queries.join('\u0000');
  const [drafts, setDrafts] = useState(state.queries);
  const [draftsOf, setDraftsOf] = useState(asked);
  if (draftsOf !== asked) {
    setDraftsOf(asked);
    setDrafts(state.queries);
  }
  // "Now" stands still between runs: what is shown is one moment, and zooming starts from it.
  const [nowMs, setNow] = useState(() => Date.now());
  const [fault, setFault] = useState<string>();

  useEffect(() => {
    if (state.refreshMs === undefined) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && setNow(Date.now()), Math.max(1000, state.refreshMs));
    return () => clearInterval(timer);
  }, [state.refreshMs]);

  const change = useCallback((next: ExploreState) => {
    setNow(Date.now());
    go(exploreAddress(next));
  }, [go]);

  const run = () => {
    setFault(undefined);
    change({ ...state, queries: drafts });
  };
  const setDraft = (index: number, text: string) => setDrafts((all) => all.map((one, i) => (i === index ? text : one)));
  const format = async (index: number) => {
    try {
      setDraft(index, await formatExpression(drafts[index] ?? ''));
      setFault(undefined);
    } catch (error) {
      setFault(error instanceof Error ? error.message : String(error));
    }
  };

  const window = windowOf(state, nowMs);
  const results = useQueries({
    queries: state.queries.map((expr) => state.tab === 'graph'
      ? rangeQuery(expr, window.startMs, window.endMs, window.stepMs)
      : instantQuery(expr, state.endMs, state.endMs === undefined ? nowMs : 0)),
  });
  const isAsked = state.queries.some((query) => query.trim() !== '');

  return (
    <Page title="Explore">
      <Card>
        <div style={{ display: 'flex', flexDirection: 'column', gap: 10 }}>
          {drafts.map((draft, i) => (
            <QueryRow key={i} index={i} value={draft} isOnly={drafts.length === 1} onChange={(text) => setDraft(i, text)} onRun={run} onFormat={() => void format(i)}
              onRemove={() => change({ ...state, queries: drafts.filter((_, other) => other !== i) })} />
          ))}
          {fault !== undefined && <Notice>{fault}</Notice>}
          <Controls state={state} nowMs={nowMs} window={window} onChange={(next) => change({ ...next, queries: drafts })} onRun={run} isRunning={results.some((result) => result.isFetching)}
            add={drafts.length < queriesAtMost && <Button variant="subtle" leftSection={<PlusIcon />} onClick={() => setDrafts([...drafts, ''])}>Query</Button>} />
        </div>
      </Card>
      {!isAsked ? (
        <Card>
          <Empty title="Write a query, or begin with one of these">
            <div className={classes.examples}>
              {examples.map((example) => <Button key={example} variant="default" className="mono" onClick={() => change({ ...state, queries: [example] })}>{example}</Button>)}
            </div>
          </Empty>
        </Card>
      ) : state.tab === 'graph'
        ? <GraphResult queries={state.queries} results={results} window={window} state={state} onChange={change} nowMs={nowMs} />
        : state.queries.map((query, i) => {
          const result = results[i];
          return query.trim() !== '' && result !== undefined && <TableResult key={i} index={i} query={query} result={result} isOnly={state.queries.length === 1} />;
        })}
    </Page>
  );
}
