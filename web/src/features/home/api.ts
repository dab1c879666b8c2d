import { queryOptions } from '@tanstack/react-query';
import { matrix, vector } from '../../api/series';
import { alertStrip, onGrid, upStrip, worstFirst } from './strips';
import { keyOf } from './verdict';

/** What Home alone asks of the series. */

export const lookBackHours = 6;

/** The last moment at which targets that are down now were up, in milliseconds, by {@link keyOf}. Known to half a minute, which is enough for "since when". */
export const downSinceQuery = queryOptions({
  queryKey: ['down-since'],
  queryFn: async ({ signal }) => {
    const series = await vector(`max by (job, instance) (max_over_time(timestamp(up == 1)[${lookBackHours}h:30s])) and on (job, instance) (up == 0)`, signal);
    return new Map(series.map((one) => [keyOf({ labels: one.metric }), Number(one.value?.[1]) * 1000]));
  },
  refetchInterval: 30_000,
});

export const stripStepMs = 60_000;
const cells = 60;

/** The last hour of each job, and of each alert that fired in it. */
export const lastHourQuery = queryOptions({
  queryKey: ['last-hour'],
  queryFn: async ({ signal }) => {
    // On whole minutes, so that asking again moves the picture by whole cells. The running minute is the last: its end
    // lies ahead, and a query there finds the newest samples.
    const endMs = Math.ceil(Date.now() / stripStepMs) * stripStepMs;
    const startMs = endMs - (cells - 1) * stripStepMs;
    const [up, fired] = await Promise.all([
      matrix('avg by (job) (up)', startMs, endMs, stripStepMs, signal),
      matrix('count by (alertname) (ALERTS{alertstate="firing"})', startMs, endMs, stripStepMs, signal),
    ]);
    return {
      jobs: worstFirst(up.map((series) => upStrip(series.metric.job ?? '(no job)', onGrid(series, startMs, stripStepMs, cells)))),
      alerts: worstFirst(fired.map((series) => alertStrip(series.metric.alertname ?? '(unnamed)', onGrid(series, startMs, stripStepMs, cells)))),
    };
  },
  refetchInterval: 30_000,
});
