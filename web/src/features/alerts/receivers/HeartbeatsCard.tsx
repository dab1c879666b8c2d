import { useQuery } from '@tanstack/react-query';
import { formatLasting, momentOf } from '../../../format/time';
import { Card, Notice, Since, uiClasses } from '../../../ui/parts';
import { StatusWord } from '../../../ui/StatusMark';
import { type Heartbeats, heartbeatsQuery } from './api';
import classes from './receivers.module.css';

/** Why nobody would be told of anything now: above all else on the page. */
export function PipelineFaults() {
  const heartbeats = useQuery(heartbeatsQuery).data;
  if (heartbeats === undefined || heartbeats.pipelineFaults.length === 0) return null;
  return <Notice><strong>Alerts would not arrive now{heartbeats.sent.length > 0 && '; heartbeats are held back'}.</strong> {heartbeats.pipelineFaults.join('; ')}</Notice>;
}

/** Signs of life, sent and expected. Nothing where there are none. */
export function HeartbeatsCard({ now }: { now: number }) {
  const heartbeats = useQuery(heartbeatsQuery).data;
  if (heartbeats === undefined || heartbeats.sent.length + heartbeats.expected.length === 0) return null;
  return (
    <Card flush title="Heartbeats">
      <div className={uiClasses.scroll}>
        <table className={`${uiClasses.table} ${classes.integrations}`}>
          <caption className="visually-hidden">Heartbeats</caption>
          <thead><tr><th scope="col">Heartbeat</th><th scope="col">State</th><th scope="col" data-number>Every</th><th scope="col" data-number>Last</th></tr></thead>
          <tbody>
            {heartbeats.expected.map((one) => <Expected key={one.name} one={one} now={now} />)}
            {heartbeats.sent.map((one, i) => <Sent key={`${one.host} ${i}`} one={one} now={now} />)}
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function Expected({ one, now }: { one: Heartbeats['expected'][number]; now: number }) {
  const missing = momentOf(one.missingSince);
  return (
    <tr>
      <td><strong className="wrap">{one.name}</strong><div className="soft small">expected</div></td>
      <td>{missing !== undefined ? <><StatusWord status="firing" word="missing" /> <span className="soft">for {formatLasting(now - missing)}</span></> : one.last === undefined ? <StatusWord status="unknown" word="not heard yet" /> : <StatusWord status="ok" word="comes" />}</td>
      <td data-number data-label="every">{formatLasting(one.every * 1000)}</td>
      <td data-number data-label="last"><Since ms={momentOf(one.last)} now={now} ago /></td>
    </tr>
  );
}

function Sent({ one, now }: { one: Heartbeats['sent'][number]; now: number }) {
  return (
    <tr>
      <td><strong className="wrap">{one.host}</strong><div className="soft small">sent</div></td>
      <td>{one.fault !== undefined ? <><StatusWord status="firing" word="not sent" /><div className={classes.reason}>{one.fault}</div></> : one.last === undefined ? <StatusWord status="unknown" word="not sent yet" /> : <StatusWord status="ok" word="sent" />}</td>
      <td data-number data-label="every">{formatLasting(one.every * 1000)}</td>
      <td data-number data-label="last"><Since ms={momentOf(one.last)} now={now} ago /></td>
    </tr>
  );
}
