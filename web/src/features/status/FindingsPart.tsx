import { useQuery } from '@tanstack/react-query';
import { plural } from '../../format/numbers';
import { Card, Empty, Fetched } from '../../ui/parts';
import { type Status, StatusMark } from '../../ui/StatusMark';
import { type Finding, findingsQuery } from './api';
import classes from './status.module.css';

const look: Record<Finding['severity'], Status> = { error: 'firing', warning: 'pending', info: 'note' };
const order: Finding['severity'][] = ['error', 'warning', 'info'];

/** What cannot work as it is written, and how to mend it. */
export function FindingsPart() {
  const query = useQuery(findingsQuery);
  return (
    <Fetched query={query} what="findings">
      {(findings) => (
        <Card title="Findings" aside={plural(findings.length, 'finding')} flush>
          {findings.length === 0 ? <Empty title="Nothing to mend"><span>The configuration says what it means, as far as can be told.</span></Empty> : (
            <ul className={classes.findings}>
              {[...findings].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)).map((finding, i) => (
                <li key={i}>
                  <StatusMark status={look[finding.severity]} label={finding.severity} />
                  <div>
                    <div className="wrap">{finding.message}</div>
                    {finding.mend !== undefined && finding.mend !== '' && <div className="soft wrap">{finding.mend}</div>}
                    {finding.where !== '' && <div className="mono soft wrap">{finding.where}</div>}
                  </div>
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </Fetched>
  );
}
