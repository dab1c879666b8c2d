import { statusPages } from '../../links/links';
import { Empty, Page, Parts } from '../../ui/parts';
import { BlocksPart } from './BlocksPart';
import { CardinalityPart } from './CardinalityPart';
import { ConfigPart } from './ConfigPart';
import { FindingsPart } from './FindingsPart';
import { FlagsPart } from './FlagsPart';
import { ServerPart } from './ServerPart';

const parts = [
  { key: 'server', title: 'Server', path: statusPages.server, content: <ServerPart /> },
  { key: 'findings', title: 'Findings', path: statusPages.findings, content: <FindingsPart /> },
  { key: 'config', title: 'Configuration', path: statusPages.config, content: <ConfigPart /> },
  { key: 'flags', title: 'Flags', path: statusPages.flags, content: <FlagsPart /> },
  { key: 'cardinality', title: 'Cardinality', path: statusPages.cardinality, content: <CardinalityPart /> },
  { key: 'blocks', title: 'Blocks', path: statusPages.blocks, content: <BlocksPart /> },
];

/** The server about itself, one part at a time. */
export function StatusPage({ part = 'server' }: { part?: string | undefined }) {
  const open = parts.find((one) => one.key === part);
  return (
    <Page title={open === undefined || open.key === 'server' ? 'Status' : `Status: ${open.title}`}>
      <Parts label="Parts of the status" parts={parts} open={part} />
      {open?.content ?? <Empty title={`Status has no part “${part}”`} />}
    </Page>
  );
}
