import { useQuery } from '@tanstack/react-query';
import { Card, Empty, Fetched } from '../../ui/parts';
import { lastHourQuery, stripStepMs } from './api';
import classes from './home.module.css';
import { describe, type Strip } from './strips';

const rowsAtMost = 10;

/** When it began, at a glance: a row per job and per alert that fired, a cell per minute. */
export function LastHour() {
  const query = useQuery(lastHourQuery);
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
        <div className={classes.strip} role="img" aria-label={describe(strip, stripStepMs)}>
          {strip.cells.map((cell, i) => <i key={i} data-cell={cell} />)}
        </div>
      </td>
    </tr>
  );
}
