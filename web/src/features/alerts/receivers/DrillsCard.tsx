import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { plural } from '../../../format/numbers';
import { formatInstant, formatLasting, momentOf } from '../../../format/time';
import { Card, Fault, Since } from '../../../ui/parts';
import { StatusMark, StatusWord } from '../../../ui/StatusMark';
import { type Drill, drillsQuery, holdDrill, receiversQuery } from './api';
import classes from './receivers.module.css';

/** When every way is tried by itself, what the last time showed, and a way to do it now. */
export function DrillsCard({ now }: { now: number }) {
  const drills = useQuery(drillsQuery).data;
  if (drills === undefined) return null;
  const [last] = drills.held;
  const next = momentOf(drills.next);
  return (
    <Card title="Fire drills" aside={drills.isRunning ? <StatusWord status="pending" word="under way" /> : undefined}>
      <div className={classes.drills}>
        {drills.isConfigured && next !== undefined
          ? <p>Every {plural(drills.everyDays ?? 1, 'day')} a marked notification goes through {drills.receivers === undefined ? 'every receiver that a route leads to' : `the receivers ${drills.receivers.join(', ')}`}. The next is due <time dateTime={new Date(next).toISOString()} title={formatInstant(next)}>in {formatLasting(next - now)}</time>.</p>
          : <p className="soft">None are planned. With <code>{'drills: {every: 7d, at: "10:00"}'}</code> in <code>pharos.yml</code> every receiver is tried by itself, and one that fails is told before it is needed.</p>}
        {last !== undefined && !drills.isRunning && <Last drill={last} now={now} />}
        <Hold isRunning={drills.isRunning} />
      </div>
    </Card>
  );
}

/** Holds one now. Asked twice: it calls people. */
function Hold({ isRunning }: { isRunning: boolean }) {
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const hold = useMutation({
    mutationFn: holdDrill,
    onMutate: () => setAsked(false),
    onSettled: () => Promise.all([drillsQuery, receiversQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey }))),
  });
  return (
    <>
      <div className={classes.hold}>
        {!isAsked ? <Button variant="default" loading={hold.isPending || isRunning} onClick={() => setAsked(true)}>Hold a drill now</Button> : (
          <>
            <Button autoFocus onClick={() => hold.mutate()}>Send it to everybody</Button>
            <Button variant="subtle" onClick={() => setAsked(false)}>Not now</Button>
            <span className="soft" role="status">Whoever these receivers call is called. Each text says that it is a drill.</span>
          </>
        )}
      </div>
      {hold.error !== null && <Fault error={hold.error} />}
    </>
  );
}

function Last({ drill, now }: { drill: Drill; now: number }) {
  const when = <Since ms={momentOf(drill.at)} now={now} ago />;
  if (drill.ended === undefined) return <p><StatusMark status="pending" /> The last, {when}, did not come to its end.</p>;
  if (drill.tried === 0) return <p><StatusMark status="pending" /> The last, {when}, found nothing to try: no route leads to a receiver that sends anything.</p>;
  if (drill.faults.length === 0) return <p><StatusMark status="ok" /> The last, {when}, was taken by {drill.tried === 1 ? 'the one integration' : `all ${drill.tried} integrations`}.</p>;
  return (
    <div>
      <p><StatusMark status="firing" /> The last, {when}, failed at {drill.faults.length} of {plural(drill.tried, 'integration')}:</p>
      <ul className={classes.results}>{drill.faults.map((fault) => <li key={fault} className={classes.reason}>{fault}</li>)}</ul>
    </div>
  );
}
