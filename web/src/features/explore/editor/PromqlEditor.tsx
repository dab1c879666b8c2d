import { lazy, Suspense } from 'react';
import classes from './editor.module.css';

export interface EditorProps {
  value: string;
  onChange: (value: string) => void;
  /** Enter, or Ctrl+Enter. */
  onRun: () => void;
  label: string;
}

const CodeEditor = lazy(() => import('./CodeEditor'));

/** A PromQL editor; until its script has come, a plain text field that already works. */
export function PromqlEditor(props: EditorProps) {
  return (
    <div className={classes.frame} data-shortcut-focus>
      <Suspense fallback={<Plain {...props} />}><CodeEditor {...props} /></Suspense>
    </div>
  );
}

function Plain({ value, onChange, onRun, label }: EditorProps) {
  return (
    <textarea className={classes.plain} rows={1} aria-label={label} value={value} spellCheck={false} onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || event.shiftKey) return;
        event.preventDefault();
        onRun();
      }} />
  );
}
