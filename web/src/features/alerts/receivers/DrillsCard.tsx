import { useQuery } from '@tanstack/react-query';
import { type Drill, drillsQuery } from '../../../api/alerting';
import { plural } from '../../../format/numbers';
import { formatInstant, formatLasting, momentOf } from '../../../format/time';
import { Card, Since } from '../../../ui/parts';
import { StatusMark, StatusWord } from '../../../ui/StatusMark';
import classes from './receivers.module.css';

/** When every way is tried by itself, and what the last time showed. */
export function DrillsCard({ now }: { now: number }) {
  const drills = useQuery(drillsQuery).data;
  if (drills === undefined) return null;
  const [last] = drills.held;
  const next = momentOf(drills.next);
  return (
    <Card title="Fire drills" aside={drills.isRunning ? <StatusWord status="pending" word="under way" /> : undefined}>
      <div className={classes.drills}>
        {drills.isConfigured && next !== undefined
          ? <p>Every {plural(drills.everyDays ?? 1, 'day')} a marked notification goes through every receiver. The next is due <time dateTime={new Date(next).toISOString()} title={formatInstant(next)}>in {formatLasting(next - now)}</time>.</p>
          : <p className="soft">None are planned. With <code>{'drills: {every: 7d, at: "10:00"}'}</code> in <code>pharos.yml</code> every receiver is tried by itself, and one that fails is told before it is needed.</p>}
        {last !== undefined && !drills.isRunning && <Last drill={last} now={now} />}
      </div>
    </Card>
  );
}

function Last({ drill, now }: { drill: Drill; now: number }) {
  const when = <Since ms={momentOf(drill.at)} now={now} ago />;
  if (drill.ended === undefined) return <p><StatusMark status="pending" /> The last, {when}, did not come to its end.</p>;
  if (drill.faults.length === 0) return <p><StatusMark status="ok" /> The last, {when}, was taken by {drill.tried === 1 ? 'the one integration' : `all ${drill.tried} integrations`}.</p>;
  return (
    <div>
      <p><StatusMark status="firing" /> The last, {when}, failed at {drill.faults.length} of {plural(drill.tried, 'integration')}:</p>
      <ul className={classes.results}>{drill.faults.map((fault) => <li key={fault} className={classes.reason}>{fault}</li>)}</ul>
    </div>
  );
}
