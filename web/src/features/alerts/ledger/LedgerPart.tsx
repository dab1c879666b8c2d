import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../../../api/client';
import { formatInstant, parseDuration, parseInstant } from '../../../format/time';
import { activeLink, ledgerLink, newSilenceLink, receiverLink, silenceLink, wayLink } from '../../../links/links';
import { useAddressValue } from '../../../ui/FilterField';
import { Card, Empty, Fault, Fetched, LabelList, Loading, useCapped, useNow } from '../../../ui/parts';
import { StatusMark } from '../../../ui/StatusMark';
import alertClasses from '../alerts.module.css';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { matchingQuery } from '../api';
import { MatcherField, useAddressMatchers } from '../matchers/MatcherField';
import { receiversQuery } from '../receivers/api';
import { silencesQuery } from '../silences/api';
import { silenceTitle, toInput } from '../silences/silence';
import { ledgerQuery, type LedgerRow, type Why, whyQuery } from './api';
import classes from './ledger.module.css';
import { byDay, clockOf, foldFailures, groupLabels, outcomeLook, ranges, type ShownRow, stepTitle } from './timeline';

const usualRange = '6h';

/** Every step of alerts between their rule and their receiver, and on top the answer to "why was I (not) paged?". */
export function LedgerPart() {
  return <AlertsPart part="ledger"><WhenRouted><Ledger /></WhenRouted></AlertsPart>;
}

function Ledger() {
  const [matchers, setMatchers] = useAddressMatchers();
  const [receiver, setReceiver] = useAddressValue('receiver');
  const [range, setRange] = useAddressValue('range', usualRange);
  const [end, setEnd] = useAddressValue('end');
  const endMs = parseInstant(end);
  const rangeMs = parseDuration(range) ?? parseDuration(usualRange) ?? 0;
  const ledger = useQuery(ledgerQuery(rangeMs, endMs, matchers, receiver));
  const receivers = useQuery(receiversQuery);
  const rows = ledger.data?.rows;
  const labelSets = useMemo(() => [...new Map((rows ?? []).map((row) => [row.fingerprint, row.labels])).values()], [rows]);
  const names = [...new Set([...(receivers.data ?? []).map((one) => one.name), ...(receiver === '' ? [] : [receiver])])].sort();

  return (
    <>
      <div className={alertClasses.controls}>
        <MatcherField isSearch label="Which alert" placeholder={'Which alert? alertname="DiskFull"'} value={matchers} onChange={setMatchers} labelSets={labelSets} />
        <Select size="xs" w={170} aria-label="Receiver" data={[{ value: '', label: 'All receivers' }, ...names.map((name) => ({ value: name, label: name }))]} value={receiver} onChange={(value) => setReceiver(value ?? '')} allowDeselect={false} />
        <Select size="xs" w={110} aria-label="Range" data={[...new Set([...ranges, range])].map((one) => ({ value: one, label: `Last ${one}` }))} value={range} onChange={(value) => setRange(value ?? usualRange)} allowDeselect={false} />
        <TextInput size="xs" type="datetime-local" aria-label="Until" title="Until; empty is now" value={endMs === undefined ? '' : toInput(endMs)} onChange={(event) => {
          const ms = parseInstant(event.currentTarget.value);
          setEnd(ms === undefined ? '' : String(ms / 1000));
        }} />
      </div>
      <WhyCard matchers={matchers} endMs={endMs} />
      <Fetched query={ledger} what="the ledger">
        {(data) => data.rows.length === 0
          ? <Card><Empty title={`Nothing happened ${endMs === undefined ? `in the last ${range}` : `in the ${range} before ${formatInstant(endMs)}`}`}><span>{matchers.length > 0 || receiver !== '' ? 'Nothing that the filter lets through, that is.' : 'Each step of an alert is written down here when it is taken.'}</span></Empty></Card>
          : <Timeline rows={data.rows} isCut={data.isCut} withLabels={labelSets.length > 1} />}
      </Fetched>
    </>
  );
}

function WhyCard({ matchers, endMs }: { matchers: readonly string[]; endMs: number | undefined }) {
  const why = useQuery(whyQuery(matchers, endMs));
  if (matchers.length === 0) return <p className="soft">Name an alert, and the first line tells why somebody was paged for it, or why nobody was.</p>;
  if (why.error instanceof ApiError && why.error.kind === 'not_found') return <Card><Empty title="No such alert is known"><span>No rule has it and no client sent it, as far back as the ledger reaches.</span></Empty></Card>;
  if (why.error !== null) return <Fault error={why.error} retry={() => void why.refetch()} />;
  if (why.data === undefined) return <Loading what="the reason" rows={2} />;
  return <Sentence why={why.data} />;
}

function Sentence({ why }: { why: Why }) {
  const status = why.isPaged ? 'ok' : why.reason !== undefined && /fail|secret|rate/i.test(why.reason) ? 'firing' : 'held';
  return (
    <div className={classes.why} data-status={status} role="status" aria-label="Why">
      <StatusMark status={status} size={26} />
      <div>
        <p className={classes.sentence}>{why.sentence}</p>
        {why.mend !== undefined && why.mend !== '' && <p className="soft"><WithCode text={why.mend} /></p>}
        {why.alert != null && <>
          <LabelList labels={why.alert.labels} />
          <div className={alertClasses.actions}>
            <Link href={activeLink(why.alert.labels)}>Active</Link>
            <Link href={wayLink(why.alert.labels)}>Route</Link>
            <Link href={newSilenceLink(why.alert.labels)}>Silence</Link>
          </div>
        </>}
      </div>
    </div>
  );
}

/** What stands in backticks is typed as it is. */
function WithCode({ text }: { text: string }) {
  return text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part));
}

function Timeline({ rows, isCut, withLabels }: { rows: readonly LedgerRow[]; isCut: boolean; withLabels: boolean }) {
  const folded = useMemo(() => foldFailures(rows), [rows]);
  const { shown, more } = useCapped(folded, 150);
  const now = useNow(60_000);
  return (
    <>
      {byDay(shown, now).map((day) => (
        <Card key={day.title} flush title={day.title}>
          <ol className={classes.rows}>{day.rows.map((row) => <Row key={row.id} row={row} withLabels={withLabels} />)}</ol>
        </Card>
      ))}
      {more}
      {isCut && <p className="soft">Older steps are left out; narrow the filter or end the range earlier.</p>}
    </>
  );
}

function Row({ row, withLabels }: { row: ShownRow; withLabels: boolean }) {
  // Attempts are made for groups, and name no alert themselves.
  const group = Object.keys(row.labels).length === 0 && row.groupKey !== undefined ? groupLabels(row.groupKey) : undefined;
  return (
    <li data-status={row.outcome}>
      <time dateTime={row.at} title={formatInstant(Date.parse(row.at))} className="mono soft">{clockOf(row.at)}</time>
      <StatusMark status={outcomeLook[row.outcome]} label={row.outcome} />
      <span className={classes.step}>{stepTitle(row.step)}</span>
      <div className={classes.text}>
        <span>{row.text}{row.receiver !== undefined && row.receiver !== '' && <span className="soft"> · <Link href={receiverLink(row.receiver)}>{row.receiver}</Link>{row.integration !== undefined && row.integration !== '' && ` (${row.integration})`}</span>}<Cause row={row} /></span>
        {row.times !== undefined && <span className="soft">{row.times.count} times the same, since <time dateTime={row.times.firstAt} title={formatInstant(Date.parse(row.times.firstAt))}>{clockOf(row.times.firstAt)}</time></span>}
        {withLabels && <LabelList labels={group ?? row.labels} isQuiet />}
      </div>
    </li>
  );
}

/** What held it back, by its own name: the text of a row has ids only, because names change. */
function Cause({ row }: { row: LedgerRow }) {
  const ids = (row.reason ?? '').split(',').filter((id) => id !== '');
  const silences = useQuery({ ...silencesQuery, enabled: row.step === 'silenced' }).data;
  const alerts = useQuery({ ...matchingQuery([]), enabled: row.step === 'inhibited' }).data;
  if (row.step === 'silenced') {
    return <span className="soft">{ids.map((id) => <span key={id}> · <Link href={silenceLink(id)}>{silenceTitle(silences?.find((one) => one.id === id) ?? { comment: 'the silence' })}</Link></span>)}</span>;
  }
  const inhibiting = row.step === 'inhibited' ? ids.map((id) => alerts?.find((one) => one.fingerprint === id)).filter((alert) => alert !== undefined) : [];
  return inhibiting.length > 0 && <span className="soft">{inhibiting.map((alert) => <span key={alert.fingerprint}> · <Link href={ledgerLink(alert.labels)}>{alert.labels.alertname ?? 'the alert'}</Link></span>)}</span>;
}
