import { momentOf } from '../../../format/time';
import { Since } from '../../../ui/parts';
import { StatusMark } from '../../../ui/StatusMark';
import type { Proof, Receiver } from './api';

const kinds: Record<Proof['kind'], string> = { test: 'test', drill: 'fire drill', notification: 'alert' };

/** When a receiver was last shown to work, in a few words. Nothing for one that sends nothing. */
export function Proven({ receiver: { lastProof, integrations }, now, brief = false }: { receiver: Receiver; now: number; brief?: boolean }) {
  if (integrations.length === 0) return brief ? <span>sends nothing</span> : null;
  const proven = integrations.every((one) => one.lastProof?.provenAt !== undefined) ? momentOf(lastProof?.provenAt) : undefined;
  const failed = integrations.some((one) => one.lastProof?.isOk === false);
  const kind = lastProof === undefined ? 'proof' : kinds[lastProof.kind];
  if (failed) {
    // Why it failed stands beside the integration, unless that has worked since.
    const isTold = integrations.some((one) => one.reason !== undefined && one.reason !== '');
    return <span><StatusMark status="firing" /> {brief ? 'last proof failed' : `The last ${kind} was not taken,`} <Since ms={momentOf(lastProof?.at)} now={now} ago />{!brief && !isTold && lastProof?.detail !== undefined && <span className="soft">: {lastProof.detail}</span>}</span>;
  }
  if (proven === undefined) return <span className="soft">{brief ? 'never proven' : integrations.some((one) => one.lastProof !== undefined) ? 'Not proven: an integration of it was never tried.' : 'Never proven: nothing was sent through it yet.'}</span>;
  return <span>{brief ? 'last proven' : 'Last proven'} <Since ms={proven} now={now} ago />{!brief && <span className="soft"> by {kind === 'alert' ? 'an' : 'a'} {kind}</span>}</span>;
}
