import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours by the page's own variables, so that light and dark need no second theme. */
export const colors = HighlightStyle.define([
  { tag: tags.function(tags.variableName), color: 'var(--ph-note)' },
  { tag: tags.special(tags.brace), color: 'var(--ph-soft)' },
  { tag: tags.labelName, color: 'var(--ph-link)' },
  { tag: tags.string, color: 'var(--ph-ok)' },
  { tag: tags.number, color: 'var(--ph-pending)' },
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--ph-note)', fontWeight: '600' },
  { tag: [tags.operator, tags.definitionOperator], color: 'var(--ph-soft)' },
  { tag: tags.comment, color: 'var(--ph-soft)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--ph-firing)' },
]);

export const look = EditorView.theme({
  '&': { fontSize: '13.5px', color: 'var(--ph-ink)', backgroundColor: 'transparent' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--ph-mono)', lineHeight: '1.45', maxHeight: '260px' },
  '.cm-content': { padding: '6px 3px', caretColor: 'var(--ph-ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ph-ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, ::selection': { backgroundColor: 'color-mix(in srgb, var(--ph-link) 28%, transparent)' },
  '.cm-placeholder': { color: 'var(--ph-soft)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--ph-link) 22%, transparent)', outline: 'none' },
  '.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--ph-firing) 1.5px', textUnderlineOffset: '3px', textDecorationSkipInk: 'none' },
  '.cm-tooltip': { backgroundColor: 'var(--ph-card)', color: 'var(--ph-ink)', border: '1px solid var(--ph-line-strong)', borderRadius: '4px', boxShadow: '0 4px 16px rgb(0 0 0 / 14%)', maxWidth: 'min(560px, 92vw)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--ph-mono)', fontSize: '12.5px', maxHeight: '280px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--ph-hover)', color: 'var(--ph-ink)', boxShadow: 'inset 3px 0 0 var(--ph-link)' },
  '.cm-completionDetail': { color: 'var(--ph-soft)', fontStyle: 'normal', marginLeft: '10px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700', color: 'var(--ph-link)' },
  '.cm-completionIcon': { display: 'none' },
  '.cm-tooltip.cm-completionInfo': { padding: '6px 10px', fontSize: '12.5px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--ph-firing)', padding: '5px 10px' },
  '.ph-doc': { padding: '7px 11px', fontSize: '12.5px', lineHeight: '1.45' },
  '.ph-doc b': { fontFamily: 'var(--ph-mono)', fontWeight: '600' },
  '.ph-doc i': { fontStyle: 'normal', color: 'var(--ph-soft)' },
});
