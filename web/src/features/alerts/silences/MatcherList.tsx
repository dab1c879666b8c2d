import { type Matcher, printMatcher } from '../../../format/matchers';
import { uiClasses } from '../../../ui/parts';

export function MatcherList({ matchers }: { matchers: readonly Matcher[] }) {
  return <div className={uiClasses.labels}>{matchers.map(printMatcher).map((text) => <span key={text} className={uiClasses.label}>{text}</span>)}</div>;
}
