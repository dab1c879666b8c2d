import { useQuery } from '@tanstack/react-query';
import { matrix } from '../../api/queries';
import { Card, Empty, Fetched } from '../../ui/parts';
import classes from './home.module.css';
import { alertStrip, describe, onGrid, type Strip, upStrip, worstFirst } from './strips';

const stepMs = 60_000;
const cells = 60;
const rowsAtMost = 10;

/** When it began, at a glance: a row per job and per alert that fired, a cell per minute. */
export function LastHour() {
  const query = useQuery({
    queryKey: ['last-hour'],
    queryFn: async ({ signal }) => {
      // On whole minutes, so that asking again moves the picture by whole cells. The running minute is the last: its end
      // lies ahead, and a query there finds the newest samples.
      const endMs = Math.ceil(Date.now() / stepMs) * stepMs;
      const startMs = endMs - (cells - 1) * stepMs;
      const [up, fired] = await Promise.all([
        matrix('avg by (job) (up)', startMs, endMs, stepMs, signal),
        matrix('count by (alertname) (ALERTS{alertstate="firing"})', startMs, endMs, stepMs, signal),
      ]);
      return {
        jobs: worstFirst(up.map((series) => upStrip(series.metric.job ?? '(no job)', onGrid(series, startMs, stepMs, cells)))),
        alerts: worstFirst(fired.map((series) => alertStrip(series.metric.alertname ?? '(unnamed)', onGrid(series, startMs, stepMs, cells)))),
      };
    },
    refetchInterval: 30_000,
  });

  return (
    <Card title="Last hour">
      <Fetched query={query} what="the last hour">
        {({ jobs, alerts }) => jobs.length === 0 && alerts.length === 0 ? <Empty title="Nothing was scraped yet" /> : (
          <>
            <table className={classes.strips}>
              <caption className="visually-hidden">Jobs and alerts, minute by minute</caption>
              <tbody>{jobs.slice(0, rowsAtMost).map((strip) => <Row key={strip.name} strip={strip} />)}</tbody>
              {alerts.length > 0 && <tbody className={classes.group}>{alerts.slice(0, rowsAtMost).map((strip) => <Row key={strip.name} strip={strip} />)}</tbody>}
            </table>
            <div className={classes.scale} aria-hidden="true"><span>1 h ago</span><span>now</span></div>
            {Math.max(jobs.length, alerts.length) > rowsAtMost && <p className="soft small">Showing the {rowsAtMost} with the newest trouble of {jobs.length} jobs and {alerts.length} alerts.</p>}
          </>
        )}
      </Fetched>
    </Card>
  );
}

function Row({ strip }: { strip: Strip }) {
  return (
    <tr>
      <th scope="row" title={strip.name}>{strip.name}</th>
      <td>
        <div className={classes.strip} role="img" aria-label={describe(strip, stepMs)}>
          {strip.cells.map((cell, i) => <i key={i} data-cell={cell} />)}
        </div>
      </td>
    </tr>
  );
}
