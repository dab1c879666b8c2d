import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { printMatcher } from '../../../format/matchers';
import { formatLasting, formatMoment, momentOf } from '../../../format/time';
import { newSilenceLink, silenceLink } from '../../../links/links';
import { matches } from '../../../ui/filter';
import { FilterField, useAddressValue } from '../../../ui/FilterField';
import { Card, Empty, Fetched, useCapped, useNow } from '../../../ui/parts';
import { type Status, StatusMark } from '../../../ui/StatusMark';
import classes from '../alerts.module.css';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { type Silence, silencesQuery } from './api';
import { MatcherList } from './MatcherList';
import { bySilenceState, madeBy, silenceTitle, type SilenceState, silenceStates } from './silence';

export const silenceLook: Record<SilenceState, { status: Status; title: string }> = {
  active: { status: 'held', title: 'Active' },
  pending: { status: 'note', title: 'Pending' },
  expired: { status: 'unknown', title: 'Expired' },
};

/** What is silenced, what will be, and what was. */
export function SilencesPart() {
  const [filter, setFilter] = useAddressValue('filter');
  return (
    <AlertsPart part="silences" actions={<>
      <FilterField label="Filter silences" value={filter} onChange={setFilter} />
      <Button component={Link} href={newSilenceLink()}>New silence</Button>
    </>}>
      <WhenRouted><Silences filter={filter} /></WhenRouted>
    </AlertsPart>
  );
}

function Silences({ filter }: { filter: string }) {
  const query = useQuery(silencesQuery);
  const now = useNow(5_000);
  const [written, setState] = useAddressValue('state', 'active');
  const state = silenceStates.find((one) => one === written) ?? 'active';
  return (
    <Fetched query={query} what="silences">
      {(silences) => {
        const found = bySilenceState(silences.filter((one) => matches(filter, one.comment, one.createdBy, one.id, one.matchers.map(printMatcher).join('\n'))));
        return (
          <>
            <SegmentedControl size="xs" value={state} onChange={setState} aria-label="State" style={{ alignSelf: 'flex-start' }}
              data={silenceStates.map((one) => ({ value: one, label: `${silenceLook[one].title} ${found[one].length}` }))} />
            <Card flush>
              {found[state].length === 0
                ? <Empty title={filter !== '' ? `No ${state} silence matches “${filter}”` : state === 'active' ? 'Nothing is silenced' : state === 'pending' ? 'No silence is planned' : 'No silence has expired lately'}>
                    {state === 'expired' && <span>Expired silences stay here for a while, five days unless told otherwise.</span>}
                  </Empty>
                : <Rows silences={found[state]} now={now} />}
            </Card>
          </>
        );
      }}
    </Fetched>
  );
}

function Rows({ silences, now }: { silences: readonly Silence[]; now: number }) {
  const { shown, more } = useCapped(silences, 50);
  return (
    <>
      <ul className={classes.silences}>
        {shown.map((silence) => (
          <li key={silence.id}>
            <StatusMark status={silenceLook[silence.status.state].status} label={silence.status.state} />
            <div>
              <span><Link href={silenceLink(silence.id)} className={classes.name ?? ''}>{silenceTitle(silence)}</Link><span className="soft">{madeBy(silence)}</span></span>
              <MatcherList matchers={silence.matchers} />
            </div>
            <Term silence={silence} now={now} />
          </li>
        ))}
      </ul>
      {more}
    </>
  );
}

/** The end that matters: of a running silence when it ends, of a planned one when it starts. */
export function Term({ silence, now }: { silence: Silence; now: number }) {
  const state = silence.status.state;
  const ms = momentOf(state === 'pending' ? silence.startsAt : silence.endsAt) ?? now;
  const words = { active: `ends in ${formatLasting(ms - now)}`, pending: `starts in ${formatLasting(ms - now)}`, expired: `ended ${formatLasting(now - ms)} ago` };
  return <span className={classes.term}>{words[state]}<br /><span className="soft">{formatMoment(ms, now)}</span></span>;
}
