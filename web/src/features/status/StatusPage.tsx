import { Empty, Page, Parts } from '../../ui/parts';
import { BlocksPart } from './BlocksPart';
import { CardinalityPart } from './CardinalityPart';
import { ConfigPart } from './ConfigPart';
import { FindingsPart } from './FindingsPart';
import { FlagsPart } from './FlagsPart';
import { ServerPart } from './ServerPart';

const parts = [
  { key: 'server', title: 'Server', path: '/status', content: <ServerPart /> },
  { key: 'findings', title: 'Findings', path: '/status/findings', content: <FindingsPart /> },
  { key: 'config', title: 'Configuration', path: '/status/config', content: <ConfigPart /> },
  { key: 'flags', title: 'Flags', path: '/status/flags', content: <FlagsPart /> },
  { key: 'cardinality', title: 'Cardinality', path: '/status/cardinality', content: <CardinalityPart /> },
  { key: 'blocks', title: 'Blocks', path: '/status/blocks', content: <BlocksPart /> },
];

/** The server about itself, one part at a time. */
export function StatusPage({ part }: { part: string }) {
  const open = parts.find((one) => one.key === part);
  return (
    <Page title={open === undefined || open.key === 'server' ? 'Status' : `Status: ${open.title}`}>
      <Parts label="Parts of the status" parts={parts} open={part} />
      {open?.content ?? <Empty title={`Status has no part “${part}”`} />}
    </Page>
  );
}
