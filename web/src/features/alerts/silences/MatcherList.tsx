import type { Matcher } from '../../../api/alerting';
import { uiClasses } from '../../../ui/parts';
import { printMatcher } from '../matchers/matchers';

export function MatcherList({ matchers }: { matchers: readonly Matcher[] }) {
  return <div className={uiClasses.labels}>{matchers.map(printMatcher).map((text) => <span key={text} className={uiClasses.label}>{text}</span>)}</div>;
}
