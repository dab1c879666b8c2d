import type { Labels } from '../../format/labels';
import classes from './alerts.module.css';

/** What the rule says about the alert; addresses as links. */
export function Annotations({ annotations }: { annotations: Labels }) {
  const pairs = Object.entries(annotations);
  if (pairs.length === 0) return null;
  return (
    <dl className={classes.notes}>
      {pairs.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{/^https?:\/\/\S+$/.test(value) ? <a href={value} target="_blank" rel="noreferrer">{value}</a> : value}</dd></div>)}
    </dl>
  );
}
