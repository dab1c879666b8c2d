import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, insertNewlineAndIndent } from '@codemirror/commands';
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { forceLinting, linter, lintKeymap } from '@codemirror/lint';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, placeholder } from '@codemirror/view';
import { PromQLExtension } from '@prometheus-io/codemirror-promql';
import { useEffect, useRef } from 'react';
import { syntaxFault } from '../api';
import { faultIn } from '../position';
import { documentation } from './documentation';
import { colors, look } from './look';
import type { EditorProps } from './PromqlEditor';

/** The editor proper, in a chunk of its own because CodeMirror is as large as all the rest of the page. */
export default function CodeEditor({ value, onChange, onRun, label }: EditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const handlers = useRef({ onChange, onRun });
  const initial = useRef(value);

  useEffect(() => {
    handlers.current = { onChange, onRun };
  }, [onChange, onRun]);

  useEffect(() => {
    if (place.current === null) return;
    const promql = new PromQLExtension().activateLinter(false).setComplete({
      remote: {
        // The library wants an origin; the path carries whatever prefix the server lives under.
        url: new URL('.', document.baseURI).href.replace(/\/$/, ''),
        fetchFn: (input, init) => fetch(input, { ...init, credentials: 'same-origin' }),
        httpMethod: 'GET',
        cache: { maxAge: 60_000 },
      },
    });
    const run = () => {
      handlers.current.onRun();
      return true;
    };
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: initial.current,
        extensions: [
          // Completion's Enter accepts; only when no list is open the next binding runs the query.
          Prec.highest(keymap.of(completionKeymap)),
          Prec.high(keymap.of([{ key: 'Enter', run }, { key: 'Mod-Enter', run }, { key: 'Shift-Enter', run: insertNewlineAndIndent }, { key: 'Escape', run: (editor) => (editor.contentDOM.blur(), false) }])),
          history(), bracketMatching(), closeBrackets(), indentOnInput(), EditorView.lineWrapping,
          promql.asExtension(), autocompletion({ defaultKeymap: false }),
          // One parser decides what is wrong: the server's, the same that will run the query.
          linter(async (editor) => {
            const text = editor.state.doc.toString();
            if (text.trim() === '') return [];
            const message = await syntaxFault(text).catch(() => undefined);
            const fault = message === undefined ? undefined : faultIn(text, message);
            return fault === undefined ? [] : [{ from: fault.from, to: fault.until, severity: 'error' as const, message: fault.message }];
          }, { delay: 400 }),
          documentation,
          syntaxHighlighting(colors), look,
          keymap.of([...closeBracketsKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          placeholder('Metric or expression, such as  rate(http_requests_total[5m])'),
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', autocorrect: 'off' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => {
      promql.destroy();
      editor.destroy();
      view.current = null;
    };
  }, [label]);

  // The text may also change from outside: the back button, an example, the formatter.
  useEffect(() => {
    const editor = view.current;
    initial.current = value;
    if (editor === null || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
    forceLinting(editor);
  }, [value]);

  return <div ref={place} />;
}
