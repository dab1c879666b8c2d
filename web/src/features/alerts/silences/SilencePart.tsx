import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { printMatcher } from '../../../format/matchers';
import { formatInstant, momentOf } from '../../../format/time';
import { alertsPages, editSilenceLink } from '../../../links/links';
import { Card, Empty, Fault, Fetched, useNow } from '../../../ui/parts';
import { StatusWord } from '../../../ui/StatusMark';
import classes from '../alerts.module.css';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { expireSilence, type Silence, silencesQuery } from './api';
import { MatcherList } from './MatcherList';
import { Preview } from './Preview';
import { silenceTitle } from './silence';
import { silenceLook, Term } from './SilencesPart';

/** One silence: what it says, what it holds back, and its end. */
export function SilencePart({ id }: { id: string }) {
  const query = useQuery(silencesQuery);
  return (
    <AlertsPart part="silences" heading="Silence">
      <WhenRouted>
        <Fetched query={query} what="the silence">
          {(silences) => {
            const silence = silences.find((one) => one.id === id);
            return silence === undefined
              ? <Card><Empty title="There is no such silence"><span>It may have expired so long ago that it is forgotten.</span><Link href={alertsPages.silences}>All silences</Link></Empty></Card>
              : <One silence={silence} />;
          }}
        </Fetched>
      </WhenRouted>
    </AlertsPart>
  );
}

function One({ silence }: { silence: Silence }) {
  const now = useNow();
  const look = silenceLook[silence.status.state];
  const isOver = silence.status.state === 'expired';
  const moment = (text: string) => {
    const ms = momentOf(text);
    return ms === undefined ? 'unknown' : formatInstant(ms);
  };
  return (
    <>
      <Card title={<span className="wrap">{silenceTitle(silence)}</span>} aside={<StatusWord status={look.status} word={look.title.toLowerCase()} />}>
        <div className={classes.silence}>
          <dl className={classes.facts}>
            <dt>Silences</dt><dd><MatcherList matchers={silence.matchers} /></dd>
            <dt>Starts</dt><dd>{moment(silence.startsAt)}</dd>
            <dt>Ends</dt><dd>{moment(silence.endsAt)}</dd>
            <dt>Made by</dt><dd>{silence.createdBy === '' ? 'nobody named' : silence.createdBy}{moment(silence.updatedAt) !== 'unknown' && <span className="soft">, last changed {moment(silence.updatedAt)}</span>}</dd>
            <dt>Id</dt><dd className="mono">{silence.id}</dd>
          </dl>
          <Term silence={silence} now={now} />
        </div>
        <div className={classes.actions}>
          <Button component={Link} href={editSilenceLink(silence.id)} variant="default">{isOver ? 'Make it again' : 'Edit'}</Button>
          {!isOver && <Expire id={silence.id} />}
        </div>
      </Card>
      <Preview title={isOver ? 'It would hold back' : silence.status.state === 'pending' ? 'It will hold back' : 'It holds back'} matchers={silence.matchers.map(printMatcher)} />
    </>
  );
}

/** Ends a silence now. Asked twice: alerts that it held back notify at once. */
function Expire({ id }: { id: string }) {
  const [isAsked, setAsked] = useState(false);
  const client = useQueryClient();
  const expire = useMutation({
    mutationFn: () => expireSilence(id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alertmanager'] }),
    onSettled: () => setAsked(false),
  });
  return (
    <>
      {!isAsked ? <Button variant="default" onClick={() => setAsked(true)}>Expire</Button> : (
        <>
          <Button className={classes.danger ?? ''} autoFocus loading={expire.isPending} onClick={() => expire.mutate()}>Expire now</Button>
          <Button variant="subtle" onClick={() => setAsked(false)}>Keep it</Button>
          <span className="soft" role="status">Alerts that it holds back will notify.</span>
        </>
      )}
      {expire.error !== null && <Fault error={expire.error} />}
    </>
  );
}
