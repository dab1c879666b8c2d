import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { plural } from '../../../format/numbers';
import { momentOf } from '../../../format/time';
import { activeLink } from '../../../links/links';
import { Card, Empty, Fault, LabelList, Loading, Since, useCapped, useNow } from '../../../ui/parts';
import { StatusMark } from '../../../ui/StatusMark';
import classes from '../alerts.module.css';
import { matchingQuery } from '../api';

/** The alerts of this moment that matchers select: what a silence holds back, or would. */
export function Preview({ title, matchers }: { title: string; matchers: readonly string[] }) {
  const query = useQuery({ ...matchingQuery(matchers), enabled: matchers.length > 0 });
  const now = useNow();
  const alerts = matchers.length === 0 ? [] : query.data;
  const { shown, more } = useCapped(alerts ?? [], 30);
  return (
    <Card flush title={title} aside={alerts !== undefined && matchers.length > 0 && <span role="status">{plural(alerts.length, 'alert')} now</span>}>
      {matchers.length === 0 ? <Empty title="No matcher yet"><span>What the matchers select shows here while you write.</span></Empty>
        : query.error !== null ? <Fault error={query.error} retry={() => void query.refetch()} />
        : alerts === undefined ? <Loading what="the alerts it selects" rows={3} />
        : alerts.length === 0 ? <Empty title="No alert of this moment"><span>It will hold back those that come.</span></Empty>
        : (
          <ul className={classes.silences}>
            {shown.map((alert) => (
              <li key={alert.fingerprint}>
                <StatusMark status={alert.status.state === 'suppressed' ? 'held' : 'firing'} label={alert.status.state === 'suppressed' ? 'held back' : 'active'} />
                <div>
                  <span>
                    <Link href={activeLink(alert.labels)} className={classes.name ?? ''}>{alert.labels.alertname ?? 'Alert without a name'}</Link>
                    {alert.annotations.summary !== undefined && <span className={classes.what}> {alert.annotations.summary}</span>}
                  </span>
                  <LabelList labels={alert.labels} without={['alertname']} isQuiet />
                </div>
                <Since ms={momentOf(alert.startsAt)} now={now} />
              </li>
            ))}
          </ul>
        )}
      {more}
    </Card>
  );
}
