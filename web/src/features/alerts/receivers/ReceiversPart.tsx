import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { formatCount } from '../../../format/numbers';
import { formatInstant, formatTook, momentOf } from '../../../format/time';
import { receiverLedgerLink } from '../../../links/links';
import { matches } from '../../../ui/filter';
import { FilterField, useAddressValue } from '../../../ui/FilterField';
import { Card, Empty, Fault, Fetched, Notice, Since, uiClasses, useNow } from '../../../ui/parts';
import { StatusMark, StatusWord } from '../../../ui/StatusMark';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { type Integration, type Receiver, receiversQuery, type ReceiverTest, testReceiver } from './api';
import { DrillsCard } from './DrillsCard';
import { HeartbeatsCard, PipelineFaults } from './HeartbeatsCard';
import { Proven } from './Proven';
import classes from './receivers.module.css';
import { integrationLook, integrationTitle, receiverState, sortReceivers } from './state';

/** Where alerts are sent: whether it works, when that was last proven, and a way to prove it now. */
export function ReceiversPart() {
  const [filter, setFilter] = useAddressValue('filter');
  const now = useNow();
  return (
    <AlertsPart part="receivers" actions={<FilterField label="Filter receivers" value={filter} onChange={setFilter} />}>
      <WhenRouted><PipelineFaults /><Receivers filter={filter} now={now} /><DrillsCard now={now} /><HeartbeatsCard now={now} /></WhenRouted>
    </AlertsPart>
  );
}

function Receivers({ filter, now }: { filter: string; now: number }) {
  const query = useQuery(receiversQuery);
  return (
    <Fetched query={query} what="receivers">
      {(all) => {
        const shown = sortReceivers(all).filter((one) => matches(filter, one.name, one.integrations.map((integration) => integration.name).join('\n')));
        if (shown.length === 0) return <Card><Empty title={all.length === 0 ? 'No receivers' : `No receiver matches “${filter}”`} /></Card>;
        return shown.map((receiver) => <One key={receiver.name} receiver={receiver} now={now} />);
      }}
    </Fetched>
  );
}

function One({ receiver, now }: { receiver: Receiver; now: number }) {
  const state = receiverState(receiver);
  const place = useRef<HTMLDivElement>(null);
  const client = useQueryClient();
  const test = useMutation({
    mutationFn: () => testReceiver(receiver.name),
    onSettled: () => client.invalidateQueries({ queryKey: receiversQuery.queryKey }),
  });
  useEffect(() => {
    // Links from other parts name a receiver; its card comes after the browser looked for it.
    if (decodeURIComponent(window.location.hash.slice(1)) === receiver.name) place.current?.scrollIntoView({ block: 'start' });
  }, [receiver.name]);
  return (
    <div ref={place}>
      <Card flush title={<span className="wrap">{receiver.name}</span>} aside={<StatusWord status={state.status} word={state.word} />}>
        {receiver.integrations.length === 0
          ? <Empty title="It has no integration"><span>Alerts that come here notify nobody.</span></Empty>
          : <Integrations receiver={receiver} now={now} />}
        <div className={classes.foot}>
          {receiver.integrations.length > 0 && <Button variant="default" loading={test.isPending} onClick={() => test.mutate()} aria-label={`Send test to ${receiver.name}`}>Send test</Button>}
          <Proven receiver={receiver} now={now} />
          {!receiver.isUsed && <StatusWord status="pending" word="no route leads here" />}
          <Link href={receiverLedgerLink(receiver.name)} className={classes.end ?? ''}>Its ledger</Link>
        </div>
        {test.error !== null && <div className={classes.result}><Fault error={test.error} /></div>}
        {test.data !== undefined && !test.isPending && <div className={classes.result}><Result test={test.data} /></div>}
      </Card>
    </div>
  );
}

function Integrations({ receiver, now }: { receiver: Receiver; now: number }) {
  return (
    <div className={uiClasses.scroll}>
      <table className={`${uiClasses.table} ${classes.integrations}`}>
        <caption className="visually-hidden">Integrations of {receiver.name}</caption>
        <thead><tr><th scope="col">Integration</th><th scope="col">State</th><th scope="col" data-number>Last attempt</th><th scope="col" data-number>Last proven</th><th scope="col" data-number>Sent</th><th scope="col" data-number>Failed</th></tr></thead>
        <tbody>{receiver.integrations.map((one) => <Row key={`${one.name} ${one.index}`} one={one} title={integrationTitle(one, receiver.integrations)} now={now} />)}</tbody>
      </table>
    </div>
  );
}

function Row({ one, title, now }: { one: Integration; title: string; now: number }) {
  const look = integrationLook[one.state];
  return (
    <tr>
      <td><strong>{title}</strong>{!one.sendResolved && <div className="soft small">not told when it is over</div>}</td>
      <td><StatusWord status={look.status} word={look.word} />{one.reason !== undefined && one.reason !== '' && <div className={classes.reason}>{one.reason}</div>}</td>
      <td data-number data-label="last attempt"><Since ms={momentOf(one.lastAttempt ?? one.lastProof?.at)} now={now} ago />{one.lastDuration !== undefined && one.state !== 'unable' && <div className="soft small">took {formatTook(one.lastDuration)}</div>}</td>
      <td data-number data-label="last proven"><Since ms={momentOf(one.lastProof?.provenAt)} now={now} ago /></td>
      <td data-number data-label="sent">{formatCount(one.sent)}</td>
      <td data-number data-label="failed">{formatCount(one.failed)}</td>
    </tr>
  );
}

function Result({ test }: { test: ReceiverTest }) {
  const failed = test.results.filter((one) => !one.isOk);
  const at = momentOf(test.at);
  return (
    <Notice status={failed.length === 0 ? 'ok' : 'firing'} role="status">
      <strong>{failed.length === 0 ? 'The test was taken.' : failed.length === test.results.length ? 'The test was not taken.' : 'The test was taken by some only.'}</strong>{' '}
      {at !== undefined && <span className="soft">{formatInstant(at)}</span>}
      <ul className={classes.results}>
        {test.results.map((one) => (
          <li key={`${one.integration} ${one.index}`}>
            <StatusMark status={one.isOk ? 'ok' : 'firing'} label={one.isOk ? 'taken' : 'failed'} /> {integrationTitle({ name: one.integration, index: one.index }, test.results.map((result) => ({ name: result.integration })))}{one.status !== undefined && one.status > 0 && ` answered ${one.status}`} after {formatTook(one.duration)}{one.reason !== undefined && one.reason !== '' && `: ${one.reason}`}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
