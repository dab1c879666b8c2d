import type { Receiver } from '../../../api/alerting';
import { momentOf } from '../../../format/time';
import { Since } from '../../../ui/parts';
import { StatusMark } from '../../../ui/StatusMark';

const kinds = { test: 'a test', drill: 'a fire drill', notification: 'an alert' };

/** When a receiver was last shown to work, in a few words. Nothing for one that sends nothing. */
export function Proven({ receiver: { lastProof, integrations }, now, brief = false }: { receiver: Receiver; now: number; brief?: boolean }) {
  if (integrations.length === 0) return brief ? <span>sends nothing</span> : null;
  const proven = integrations.every((one) => one.lastProof?.provenAt !== undefined) ? momentOf(lastProof?.provenAt) : undefined;
  const failed = integrations.some((one) => one.lastProof?.isOk === false);
  if (failed) return <span><StatusMark status="firing" /> {brief ? 'last proof failed' : 'The last proof failed'} <Since ms={momentOf(lastProof?.at)} now={now} ago />{!brief && <span className="soft">{by(lastProof)}{lastProof?.detail !== undefined && `: ${lastProof.detail}`}</span>}</span>;
  if (proven === undefined) return <span className="soft">{brief ? 'never proven' : integrations.some((one) => one.lastProof !== undefined) ? 'Not proven: an integration of it was never tried.' : 'Never proven: nothing was sent through it yet.'}</span>;
  return <span>{brief ? 'last proven' : 'Last proven'} <Since ms={proven} now={now} ago />{!brief && <span className="soft">{by(lastProof)}</span>}</span>;
}

const by = (proof: Receiver['lastProof']) => (proof === undefined ? '' : ` by ${kinds[proof.kind]}`);
