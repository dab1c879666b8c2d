import { Kbd, Modal } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { type KeyState, onKey, shortcutList } from './shortcuts';
import classes from './Shell.module.css';

const writesText = (element: EventTarget | null) =>
  element instanceof HTMLElement && (element.isContentEditable || element.closest('input, textarea, select, [role="dialog"], [role="menu"], [role="listbox"]') !== null);

/** Listens for keys on the whole page, except where text is written, and shows the list of them. */
export function Shortcuts({ isOpen, onOpen, onClose, onScheme }: { isOpen: boolean; onOpen: () => void; onClose: () => void; onScheme: () => void }) {
  const [, go] = useLocation();
  const state = useRef<KeyState>({ goSinceMs: undefined });

  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || writesText(event.target)) return;
      const step = onKey(state.current, event.key, Date.now());
      state.current = step.state;
      if (step.command === undefined) return;
      event.preventDefault();
      switch (step.command.kind) {
        case 'go': go(step.command.path); break;
        case 'focus': document.querySelector<HTMLElement>('[data-shortcut-focus] .cm-content, [data-shortcut-focus] input, input[data-shortcut-focus]')?.focus(); break;
        case 'scheme': onScheme(); break;
        case 'help': onOpen(); break;
      }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [go, onOpen, onScheme]);

  return (
    <Modal opened={isOpen} onClose={onClose} title="Keys" closeButtonProps={{ 'aria-label': 'Close' }}>
      <dl className={classes.keys}>
        {shortcutList.map(({ keys, does }) => (
          <div key={does}>
            <dt>{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}

/** The open state of the list, for the shell's button. */
export function useHelp() {
  const [isOpen, setOpen] = useState(false);
  return { isOpen, open: () => setOpen(true), close: () => setOpen(false) };
}
