import { ActionIcon, Button, Menu, SegmentedControl, Switch, TextInput, Tooltip } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { formatInstant, parseDuration, parseInstant, printDuration } from '../../format/time';
import type { ExploreState } from '../../links/explore';
import { BackIcon, DownIcon, ForwardIcon } from '../../ui/icons';
import classes from './explore.module.css';
import { scaled, shifted } from './state';

interface Props {
  state: ExploreState;
  nowMs: number;
  window: { stepMs: number };
  onChange: (state: ExploreState) => void;
  onRun: () => void;
  isRunning: boolean;
  add: ReactNode;
}

const ranges = ['5m', '15m', '1h', '3h', '6h', '12h', '1d', '2d', '1w', '2w'];
const refreshes = ['5s', '15s', '1m', '5m'];

/** When, how far back, how fine; and run. */
export function Controls({ state, nowMs, window, onChange, onRun, isRunning, add }: Props) {
  const isGraph = state.tab === 'graph';
  return (
    <div className={classes.controls}>
      <Button onClick={onRun} aria-busy={isRunning}>Run</Button>
      <SegmentedControl size="xs" aria-label="View" value={state.tab} onChange={(tab) => onChange({ ...state, tab: tab === 'table' ? 'table' : 'graph' })}
        data={[{ value: 'graph', label: 'Graph' }, { value: 'table', label: 'Table' }]} />
      <div className={classes.times}>
        {isGraph && (
          <>
            <Tooltip label="Zoom out (also: double click)"><ActionIcon variant="default" size={30} aria-label="Zoom out" onClick={() => onChange(scaled(state, 2, nowMs))}>−</ActionIcon></Tooltip>
            <Written label="Range" width={64} value={printDuration(state.rangeMs)} read={parseDuration} onRead={(rangeMs) => rangeMs !== undefined && onChange({ ...state, rangeMs })} fault="a duration such as 90m or 2d" />
            <Menu>
              <Menu.Target><ActionIcon variant="default" size={30} aria-label="Choose a range"><DownIcon /></ActionIcon></Menu.Target>
              <Menu.Dropdown>{ranges.map((range) => <Menu.Item key={range} onClick={() => onChange({ ...state, rangeMs: parseDuration(range) ?? state.rangeMs })}>{range}</Menu.Item>)}</Menu.Dropdown>
            </Menu>
            <Tooltip label="Zoom in"><ActionIcon variant="default" size={30} aria-label="Zoom in" onClick={() => onChange(scaled(state, 0.5, nowMs))}>+</ActionIcon></Tooltip>
          </>
        )}
      </div>
      <div className={classes.times}>
        <ActionIcon variant="default" size={30} aria-label="Earlier" onClick={() => onChange(shifted(state, -1, nowMs))}><BackIcon /></ActionIcon>
        <Written label={isGraph ? 'Until' : 'At'} width={152} value={state.endMs === undefined ? '' : formatInstant(state.endMs)} placeholder="now" read={parseInstant} onRead={(endMs) => onChange({ ...state, endMs })} fault="a moment such as 2026-01-31 13:45" />
        <ActionIcon variant="default" size={30} aria-label="Later" onClick={() => onChange(shifted(state, 1, nowMs))} disabled={state.endMs === undefined}><ForwardIcon /></ActionIcon>
        {state.endMs !== undefined && <Button variant="subtle" onClick={() => onChange({ ...state, endMs: undefined })}>Now</Button>}
      </div>
      {isGraph && (
        <>
          <Written label="Step" width={84} value={state.stepMs === undefined ? '' : printDuration(state.stepMs)} placeholder={`${printDuration(window.stepMs)} auto`} read={parseDuration} onRead={(stepMs) => onChange({ ...state, stepMs })} fault="a duration such as 15s" />
          <Switch size="xs" label="Stacked" checked={state.stacked} onChange={(event) => onChange({ ...state, stacked: event.currentTarget.checked })} />
        </>
      )}
      <Menu>
        <Menu.Target><Button variant="default" rightSection={<DownIcon />} disabled={state.endMs !== undefined}>{state.refreshMs === undefined || state.endMs !== undefined ? 'Refresh: off' : `Every ${printDuration(state.refreshMs)}`}</Button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onChange({ ...state, refreshMs: undefined })}>Off</Menu.Item>
          {refreshes.map((refresh) => <Menu.Item key={refresh} onClick={() => onChange({ ...state, refreshMs: parseDuration(refresh) })}>Every {refresh}</Menu.Item>)}
        </Menu.Dropdown>
      </Menu>
      {add}
    </div>
  );
}

/** A field whose text is read on Enter or on leaving it; what cannot be read is told and changes nothing. Empty means undefined. */
function Written({ label, value, placeholder, width, read, onRead, fault }: { label: string; value: string; placeholder?: string; width: number; read: (text: string) => number | undefined; onRead: (value: number | undefined) => void; fault: string }) {
  const [text, setText] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setText(value);
  }
  const isWrong = text.trim() !== '' && read(text) === undefined;
  const done = () => {
    if (isWrong || text.trim() === value) return;
    onRead(text.trim() === '' ? undefined : read(text));
  };
  return (
    <Tooltip label={isWrong ? `Write ${fault}` : label} {...(isWrong && { opened: true })}>
      <TextInput size="xs" w={width} aria-label={label} value={text} placeholder={placeholder ?? ''} error={isWrong} errorProps={{ display: 'none' }}
        onChange={(event) => setText(event.currentTarget.value)} onBlur={done} onKeyDown={(event) => event.key === 'Enter' && done()} />
    </Tooltip>
  );
}
