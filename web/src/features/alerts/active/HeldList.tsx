import { Link } from 'wouter';
import { formatLasting, formatMoment, momentOf } from '../../../format/time';
import { alertsPages, silenceLink } from '../../../links/links';
import { LabelList } from '../../../ui/parts';
import { StatusWord } from '../../../ui/StatusMark';
import classes from '../alerts.module.css';
import { madeBy, silenceTitle } from '../silences/silence';
import type { Held } from './groups';

/** One line for a closed row. */
export function heldSummary(held: readonly Held[]): string {
  return held.map((one) => {
    switch (one.kind) {
      case 'silenced': return one.silence === undefined ? 'silenced' : `silenced${madeBy(one.silence)}: ${silenceTitle(one.silence)}`;
      case 'inhibited': return `inhibited by ${one.by?.alertname ?? 'another alert'}`;
      case 'muted': return `muted by ${one.interval}`;
    }
  }).join('; ');
}

/** Everything that holds an alert back, with the way to undo it. */
export function HeldList({ held, now }: { held: readonly Held[]; now: number }) {
  return (
    <ul className={classes.held}>
      {held.length === 0 && <li><StatusWord status="held" word="held back" /></li>}
      {held.map((one) => {
        switch (one.kind) {
          case 'silenced': {
            const ends = momentOf(one.silence?.endsAt);
            return (
              <li key={one.id}><StatusWord status="held" word="silenced" /> <span>
                <Link href={silenceLink(one.id)}>{one.silence === undefined ? 'by a silence' : silenceTitle(one.silence)}</Link>
                {one.silence !== undefined && <span className="soft">{madeBy(one.silence)}</span>}
                {ends !== undefined && <span className="soft">, until {formatMoment(ends, now)} (in {formatLasting(ends - now)})</span>}
              </span></li>
            );
          }
          case 'inhibited':
            return <li key={one.fingerprint}><StatusWord status="held" word="inhibited" /> <span>{one.by === undefined ? <>by the alert <span className="mono">{one.fingerprint}</span></> : <>by <strong>{one.by.alertname ?? 'an alert'}</strong><LabelList labels={one.by} without={['alertname']} isQuiet /></>}</span></li>;
          case 'muted':
            return <li key={one.interval}><StatusWord status="held" word="muted" /> <span>by the time interval <strong>{one.interval}</strong>, see <Link href={alertsPages.routing}>Routing</Link></span></li>;
        }
      })}
    </ul>
  );
}
