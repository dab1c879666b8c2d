import { Combobox, PillsInput, useCombobox } from '@mantine/core';
import { useCallback, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { Labels } from '../../../format/labels';
import { CloseIcon, SearchIcon } from '../../../ui/icons';
import { completions, readFilter, tally } from './matchers';
import classes from './matchers.module.css';

/** Matchers that live in the address as `filter=…`, once each, as in Alertmanager's own. What cannot be read there is left out. */
export function useAddressMatchers(): [string[], (matchers: string[]) => void] {
  const [params, setParams] = useSearchParams();
  const written = JSON.stringify(params.getAll('filter'));
  const matchers = useMemo(() => [...new Set((JSON.parse(written) as string[]).flatMap((one) => readFilter(one).value ?? []))], [written]);
  const set = useCallback((next: string[]) => {
    setParams((old) => {
      const changed = new URLSearchParams(old);
      changed.delete('filter');
      for (const one of next) changed.append('filter', one);
      return changed;
    }, { replace: true });
  }, [setParams]);
  return [matchers, set];
}

interface Props {
  label: string;
  value: readonly string[];
  onChange: (value: string[]) => void;
  /** Labels of what can be selected, for completion. */
  labelSets: readonly Labels[];
  placeholder?: string;
  /** A fault of the whole, beside that of the text being written. */
  fault?: string | undefined;
  withLabel?: boolean;
  isSearch?: boolean;
}

/** A field for matchers: each becomes a pill when Enter is hit, a comma typed or a proposal chosen. A pill that is clicked can be written anew. */
export function MatcherField({ label, value, onChange, labelSets, placeholder, fault, withLabel = false, isSearch = false }: Props) {
  const [text, setText] = useState('');
  const [written, setWritten] = useState<string>();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const counts = useMemo(() => tally(labelSets), [labelSets]);
  const proposals = useMemo(() => (combobox.dropdownOpened ? completions(text, value, counts) : []), [combobox.dropdownOpened, text, value, counts]);

  const take = (typed: string): boolean => {
    if (typed.trim() === '') return true;
    const read = readFilter(typed);
    setWritten(read.fault);
    if (read.value === undefined) return false;
    onChange([...new Set([...value, ...read.value])]);
    setText('');
    return true;
  };
  const edit = (matcher: string) => {
    if (!take(text)) return;
    onChange(value.filter((one) => one !== matcher));
    setText(matcher);
  };

  // Proposals open when the field is clicked or written in, not when it is merely focused: they would lie over what comes next.
  return (
    <Combobox store={combobox} onOptionSubmit={(matcher) => { setWritten(undefined); onChange([...value, matcher]); setText(''); }} transitionProps={{ duration: 0 }} shadow="sm">
      <Combobox.DropdownTarget>
        <PillsInput size="xs" error={written ?? fault} {...(withLabel && { label })} {...(isSearch && { leftSection: <SearchIcon /> })}>
          <div className={classes.pills}>
            {value.map((matcher) => (
              <span key={matcher} className={classes.pill}>
                <button type="button" title="Change" onClick={() => edit(matcher)}>{matcher}</button>
                <button type="button" aria-label={`Remove ${matcher}`} onClick={(event) => { event.stopPropagation(); onChange(value.filter((one) => one !== matcher)); }}><CloseIcon /></button>
              </span>
            ))}
            <Combobox.EventsTarget withExpandedAttribute>
              <PillsInput.Field role="combobox" aria-label={label} placeholder={value.length === 0 ? placeholder : undefined} value={text} {...(isSearch && { 'data-shortcut-focus': true })}
                onClick={() => combobox.openDropdown()}
                onBlur={() => { combobox.closeDropdown(); take(text); }}
                onChange={(event) => {
                  const typed = event.currentTarget.value;
                  combobox.openDropdown();
                  combobox.resetSelectedOption();
                  setWritten(undefined);
                  // A comma ends a matcher, unless it stands inside a quoted value.
                  if (!typed.endsWith(',') || !take(typed.slice(0, -1))) setText(typed);
                }}
                onKeyDown={(event) => {
                  if (event.key === 'Enter' && combobox.getSelectedOptionIndex() === -1) {
                    event.preventDefault();
                    take(text);
                  } else if (event.key === 'Backspace' && text === '' && value.length > 0) {
                    event.preventDefault();
                    edit(value.at(-1) ?? '');
                  } else if (event.key === 'Escape' && !combobox.dropdownOpened) event.currentTarget.blur();
                }} />
            </Combobox.EventsTarget>
          </div>
        </PillsInput>
      </Combobox.DropdownTarget>
      <Combobox.Dropdown hidden={proposals.length === 0}>
        <Combobox.Options mah={280} style={{ overflowY: 'auto' }} aria-label={`Proposals for ${label.toLowerCase()}`}>
          {proposals.map(({ matcher, count }) => (
            <Combobox.Option key={matcher} value={matcher} className={classes.option ?? ''}><span className="mono wrap">{matcher}</span><span className="soft">{count}</span></Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
