import { useQuery } from '@tanstack/react-query';
import { formatBytes, formatCount } from '../../format/numbers';
import { formatInstant, printDuration } from '../../format/time';
import { Card, Empty, Fetched, uiClasses } from '../../ui/parts';
import { blocksQuery } from './api';

/** The block files on disk, the newest first. */
export function BlocksPart() {
  const query = useQuery(blocksQuery);
  return (
    <Fetched query={query} what="blocks">
      {(blocks) => (
        <Card title="Blocks on disk" flush>
          {blocks === null ? <Empty title="This server does not tell its blocks" /> : blocks.length === 0 ? <Empty title="No blocks yet"><span>The newest hours are in memory and in the log. The first block is written when they fill one.</span></Empty> : (
            <div className={uiClasses.scroll}>
              <table className={uiClasses.table}>
                <thead><tr><th scope="col">Block</th><th scope="col">From</th><th scope="col">Spans</th><th scope="col" data-number>Level</th><th scope="col" data-number>Series</th><th scope="col" data-number>Samples</th><th scope="col" data-number>Size</th></tr></thead>
                <tbody>
                  {[...blocks].sort((a, b) => b.maxTime - a.maxTime).map((block) => (
                    <tr key={block.ulid}>
                      <td className="mono">{block.ulid}</td>
                      <td className="nowrap">{formatInstant(block.minTime)}</td>
                      <td className="nowrap">{printDuration(Math.round((block.maxTime - block.minTime) / 60_000) * 60_000)}</td>
                      <td data-number>{block.compaction?.level ?? '–'}</td>
                      <td data-number>{block.stats?.numSeries === undefined ? '–' : formatCount(block.stats.numSeries)}</td>
                      <td data-number>{block.stats?.numSamples === undefined ? '–' : formatCount(block.stats.numSamples)}</td>
                      <td data-number>{block.size === undefined ? '–' : formatBytes(block.size)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </Card>
      )}
    </Fetched>
  );
}
