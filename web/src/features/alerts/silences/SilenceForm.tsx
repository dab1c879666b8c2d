import { Button, SegmentedControl, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { formatInstant, formatLasting } from '../../../format/time';
import { alertsPages, silenceLink } from '../../../links/links';
import { Card, Empty, Fault, Fetched, useNow } from '../../../ui/parts';
import classes from '../alerts.module.css';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { matchingQuery } from '../api';
import { MatcherField, useAddressMatchers } from '../matchers/MatcherField';
import { postSilence, type Silence, silencesQuery } from './api';
import { Preview } from './Preview';
import { bodyOf, type Draft, draftOf, emptyDraft, faultsOf, timesOf, toInput } from './silence';

const authorKey = 'pharos-author';
const usual = ['30m', '1h', '2h', '8h', '1d', '7d'];

/** Makes a silence (`?filter=…` fills in its matchers) or changes one (`?from=ID`). */
export function SilenceForm() {
  const [params] = useSearchParams();
  const from = params.get('from');
  const silences = useQuery({ ...silencesQuery, enabled: from !== null, refetchInterval: false });
  const [matchers] = useAddressMatchers();
  const old = silences.data?.find((one) => one.id === from);
  const isEdit = old !== undefined && old.status.state !== 'expired';
  return (
    <AlertsPart part="silences" heading={isEdit ? 'Edit silence' : 'New silence'}>
      <WhenRouted>
        {from === null ? <Form initial={emptyDraft(matchers, rememberedAuthor())} old={undefined} /> : (
          <Fetched query={silences} what="the silence">
            {() => old === undefined
              ? <Card><Empty title="There is no such silence"><Link href={alertsPages.silences}>All silences</Link></Empty></Card>
              : <Form initial={draftOf(old)} old={isEdit ? old : undefined} />}
          </Fetched>
        )}
      </WhenRouted>
    </AlertsPart>
  );
}

function rememberedAuthor(): string {
  try {
    return localStorage.getItem(authorKey) ?? '';
  } catch {
    // A browser that keeps nothing: the name is asked for each time.
    return '';
  }
}

function remember(author: string) {
  try {
    localStorage.setItem(authorKey, author);
  } catch {
    // As above.
  }
}

function Form({ initial, old }: { initial: Draft; old: Silence | undefined }) {
  const now = useNow(10_000);
  const [, go] = useLocation();
  const client = useQueryClient();
  const [draft, setDraft] = useState(initial);
  const [wasTried, setTried] = useState(false);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const faults = faultsOf(draft, now);
  const shown = wasTried ? faults : {};
  const everything = useQuery(matchingQuery([]));
  const labelSets = useMemo(() => (everything.data ?? []).map((alert) => alert.labels), [everything.data]);
  const save = useMutation({
    mutationFn: () => postSilence(bodyOf(draft, Date.now(), old?.id)),
    onSuccess: async (id) => {
      remember(draft.author.trim());
      await client.invalidateQueries({ queryKey: ['alertmanager'] });
      go(silenceLink(id));
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(faultsOf(draft, Date.now())).length === 0) save.mutate();
  };

  return (
    <div className={classes.columns}>
      <Card>
        <form onSubmit={submit} className={classes.form} noValidate>
          <MatcherField withLabel label="Matchers" placeholder='alertname="…"' value={draft.matchers} onChange={(matchers) => change({ matchers })} labelSets={labelSets} fault={shown.matchers} />
          <p className="soft small">An alert is silenced when all of them match. Remove those that make it too narrow; click one to change it.</p>
          <Times draft={draft} change={change} faults={shown} now={now} isRunning={old?.status.state === 'active'} />
          <TextInput size="xs" label="Made by" required value={draft.author} error={shown.author} autoComplete="username" onChange={(event) => change({ author: event.currentTarget.value })} />
          <Textarea size="xs" label="Comment" required autosize minRows={2} placeholder="Why, and who looks after it" value={draft.comment} error={shown.comment} onChange={(event) => change({ comment: event.currentTarget.value })} />
          {save.error !== null && <Fault error={save.error} />}
          <div className={classes.actions}>
            <Button type="submit" loading={save.isPending}>{old === undefined ? 'Make the silence' : 'Save'}</Button>
            <Link href={old === undefined ? alertsPages.silences : silenceLink(old.id)}>Cancel</Link>
          </div>
        </form>
      </Card>
      <Preview title="It will hold back" matchers={draft.matchers} />
    </div>
  );
}

function Times({ draft, change, faults, now, isRunning }: { draft: Draft; change: (part: Partial<Draft>) => void; faults: ReturnType<typeof faultsOf>; now: number; isRunning: boolean }) {
  const { startMs, endMs } = timesOf(draft, now);
  return (
    <fieldset className={classes.times}>
      <legend>Time</legend>
      {!isRunning && (
        <div className={classes.row}>
          <SegmentedControl size="xs" aria-label="Start" value={draft.startsAt === '' ? 'now' : 'later'} onChange={(value) => change({ startsAt: value === 'now' ? '' : toInput(now + 3_600_000) })}
            data={[{ value: 'now', label: 'From now' }, { value: 'later', label: 'From' }]} />
          {draft.startsAt !== '' && <TextInput size="xs" type="datetime-local" aria-label="Starts at" value={draft.startsAt} error={faults.startsAt} onChange={(event) => change({ startsAt: event.currentTarget.value })} />}
        </div>
      )}
      <div className={classes.row}>
        <SegmentedControl size="xs" aria-label="End" value={draft.isUntil ? 'until' : 'for'} onChange={(value) => change({ isUntil: value === 'until', until: draft.until === '' && endMs !== undefined ? toInput(endMs) : draft.until })}
          data={[{ value: 'for', label: 'For' }, { value: 'until', label: 'Until' }]} />
        {draft.isUntil
          ? <TextInput size="xs" type="datetime-local" aria-label="Ends at" value={draft.until} error={faults.until} onChange={(event) => change({ until: event.currentTarget.value })} />
          : <TextInput size="xs" w={110} aria-label="Duration" value={draft.lasting} error={faults.lasting} onChange={(event) => change({ lasting: event.currentTarget.value })} />}
        {!draft.isUntil && <div className={classes.usual}>{usual.map((one) => <Button key={one} type="button" size="compact-xs" variant={draft.lasting === one ? 'filled' : 'default'} onClick={() => change({ lasting: one })}>{one}</Button>)}</div>}
      </div>
      {startMs !== undefined && endMs !== undefined && endMs > startMs && <p className="soft small">{isRunning || draft.startsAt === '' ? 'Until' : `From ${formatInstant(startMs)} until`} {formatInstant(endMs)}, {formatLasting(endMs - (isRunning ? now : startMs))} {isRunning && 'from now'}</p>}
    </fieldset>
  );
}
