import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { plural } from '../../../format/numbers';
import { receiverLink, silenceLink } from '../../../links/links';
import { useAddressValue } from '../../../ui/FilterField';
import { Card, Fault, LabelList, Loading, useNow } from '../../../ui/parts';
import { StatusWord } from '../../../ui/StatusMark';
import { groupTitle } from '../active/groups';
import { AlertsPart, WhenRouted } from '../AlertsPart';
import { matchingQuery, type Route, routingQuery, type RoutingTree } from '../api';
import { type Receiver, receiversQuery } from '../receivers/api';
import { Proven } from '../receivers/Proven';
import { type Way, wayQuery, type WayTest } from './api';
import classes from './routing.module.css';
import { countRoutes, groupWords, ownSettings, timingSentence } from './tree';

/** The routing tree, and the way that an alert with given labels takes through it. */
export function RoutingPart() {
  return <AlertsPart part="routing"><WhenRouted><Routing /></WhenRouted></AlertsPart>;
}

function Routing() {
  const tree = useQuery(routingQuery).data;
  const [labels, setLabels] = useAddressValue('labels');
  const way = useQuery(wayQuery(labels));
  if (tree?.route == null) return null;
  return (
    <div className={classes.columns}>
      <Card title="Try labels"><Try labels={labels} setLabels={setLabels} way={way} /></Card>
      <Card title="Routing tree" aside={<>{tree.file} · {plural(countRoutes(tree.route), 'route')}</>}><Tree tree={tree} root={tree.route} way={labels.trim() === '' ? undefined : way.data} /></Card>
    </div>
  );
}

function Try({ labels, setLabels, way }: { labels: string; setLabels: (labels: string) => void; way: { data: WayTest | undefined; error: Error | null } }) {
  const [text, setText] = useState(labels);
  const [shownFor, setShownFor] = useState(labels);
  if (shownFor !== labels) {
    // The address changed, by the back button or a link: the field follows.
    setShownFor(labels);
    setText(labels);
  }
  const alerts = useQuery(matchingQuery([]));
  const samples = (alerts.data ?? []).slice(0, 4);
  return (
    <form className={classes.try} onSubmit={(event) => { event.preventDefault(); setLabels(text.trim()); }}>
      <Textarea size="xs" autosize minRows={2} maxRows={10} label="Labels of an alert" description="As matchers or as JSON" placeholder={'alertname="DiskFull", severity="critical"'} value={text} spellCheck={false} data-shortcut-focus
        styles={{ input: { fontFamily: 'var(--ph-mono)', fontSize: 12.5 } }} onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => { if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); setLabels(event.currentTarget.value.trim()); } }} />
      <div className={classes.buttons}>
        <Button type="submit">Show the way</Button>
        {labels !== '' && <Button variant="subtle" onClick={() => setLabels('')}>Clear</Button>}
      </div>
      {samples.length > 0 && labels === '' && (
        <div className={classes.samples}>
          <span className="soft small">Or one that is there now:</span>
          {samples.map((alert) => <Button key={alert.fingerprint} variant="default" size="compact-xs" onClick={() => setLabels(JSON.stringify(alert.labels))}>{groupTitle({ alertname: alert.labels.alertname ?? 'unnamed' })}</Button>)}
        </div>
      )}
      {labels !== '' && (way.error !== null ? <Fault error={way.error} /> : way.data === undefined ? <Loading what="the way" rows={3} /> : <Ways test={way.data} />)}
    </form>
  );
}

function Ways({ test }: { test: WayTest }) {
  const silences = test.silencedBy ?? [];
  const inhibitors = test.inhibitedBy ?? [];
  return (
    <div role="status" aria-label="The way it takes" className={classes.ways}>
      <LabelList labels={test.labels} />
      <p className={classes.goes}>It goes to {test.ways.map((way) => way.receiver).join(' and to ')}.</p>
      {silences.length > 0 && <p><StatusWord status="held" word="silenced" /> now, by {silences.map((id, i) => <span key={id}>{i > 0 && ', '}<Link href={silenceLink(id)}>a silence</Link></span>)}</p>}
      {inhibitors.length > 0 && <p><StatusWord status="held" word="inhibited" /> now, by {plural(inhibitors.length, 'other alert')}</p>}
      <ol>
        {test.ways.map((way) => (
          <li key={way.route}>
            <div><Link href={receiverLink(way.receiver)} className={classes.receiver ?? ''}>{way.receiver}</Link> <Muting way={way} /></div>
            <div className="soft small">In the group <span className="mono wrap">{groupTitle(way.groupLabels) === '' ? 'of all its alerts' : groupTitle(way.groupLabels)}</span> ({groupWords(way.groupBy)}). {timingSentence(way)}</div>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Muting({ way }: { way: Way }) {
  const muted = way.mutedBy ?? [];
  return muted.length > 0 ? <StatusWord status="held" word={`muted now by ${muted.join(', ')}`} /> : <StatusWord status="ok" word="not muted now" />;
}

function Tree({ tree, root, way }: { tree: RoutingTree; root: Route; way: WayTest | undefined }) {
  const now = useNow();
  const passed = new Set(way?.ways.flatMap((one) => one.path));
  const taken = new Set(way?.ways.map((one) => one.route));
  const receivers = new Map(useQuery(receiversQuery).data?.map((one) => [one.name, one]));
  return (
    <>
      <ul className={classes.tree}><Node route={root} parent={undefined} passed={passed} taken={taken} receivers={receivers} now={now} /></ul>
      {(tree.timeIntervals ?? []).length > 0 && (
        <>
          <h3 className={classes.intervalsHead}>Time intervals</h3>
          <ul className={classes.intervals}>{tree.timeIntervals?.map((one) => <li key={one.name}><span className="mono">{one.name}</span> <StatusWord status={one.isActive ? 'note' : 'unknown'} word={one.isActive ? 'it is now' : 'not now'} /></li>)}</ul>
        </>
      )}
    </>
  );
}

interface NodeProps {
  route: Route;
  parent: Route | undefined;
  passed: ReadonlySet<string>;
  taken: ReadonlySet<string>;
  receivers: ReadonlyMap<string, Receiver>;
  now: number;
}

function Node({ route, parent, passed, taken, receivers, now }: NodeProps) {
  const own = ownSettings(route, parent);
  const children = route.routes ?? [];
  const muted = route.mutedBy ?? [];
  const receiver = receivers.get(route.receiver);
  const place = taken.has(route.id) ? 'taken' : passed.has(route.id) ? 'passed' : undefined;
  return (
    <li>
      <div className={classes.node} data-way={place}>
        <div className={classes.head}>
          {parent === undefined ? <span className="soft">every alert</span> : route.matchers.length === 0 ? <span className="soft">everything else</span> : route.matchers.map((matcher) => <span key={matcher} className={`mono wrap ${classes.matcher}`}>{matcher}</span>)}
          <span aria-hidden="true" className="soft">→</span><span className="visually-hidden">to</span>
          <Link href={receiverLink(route.receiver)} className={classes.receiver ?? ''}>{route.receiver}</Link>
          {place === 'taken' && <StatusWord status="ok" word="taken" />}
          {route.continue && <span className={classes.badge} title="Routes after this one are tried, too">continue</span>}
        </div>
        {receiver !== undefined && <div className="soft small"><Proven receiver={receiver} now={now} brief /></div>}
        {(own.groupBy !== undefined || own.timing !== undefined) && <div className="soft small">{[own.groupBy, own.timing].filter((text) => text !== undefined).join('; ')}</div>}
        {(route.muteTimeIntervals ?? []).length > 0 && <div className="soft small">muted in {route.muteTimeIntervals?.join(', ')}</div>}
        {(route.activeTimeIntervals ?? []).length > 0 && <div className="soft small">only in {route.activeTimeIntervals?.join(', ')}</div>}
        {muted.length > 0 && <div className="small"><StatusWord status="held" word={`muted now by ${muted.join(', ')}`} /></div>}
      </div>
      {children.length > 0 && <ul>{children.map((child) => <Node key={child.id} route={child} parent={route} passed={passed} taken={taken} receivers={receivers} now={now} />)}</ul>}
    </li>
  );
}
