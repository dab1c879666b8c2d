import { type ExploreState, rangeAtMostMs } from '../../links/explore';

const niceStepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800, 2_592_000].map((seconds) => seconds * 1000);
const pointsWanted = 300;

/** A round step that gives at most `pointsWanted` points over the range: as many as a graph can show. */
export function stepFor(rangeMs: number): number {
  return niceStepsMs.find((step) => rangeMs / step <= pointsWanted) ?? Math.ceil(rangeMs / pointsWanted / 1000) * 1000;
}

/** The stretch that is asked for. Both ends lie on multiples of the step, so that points keep their moments when time goes on. */
export function windowOf(state: ExploreState, nowMs: number): { startMs: number; endMs: number; stepMs: number } {
  const stepMs = state.stepMs ?? stepFor(state.rangeMs);
  const endMs = Math.floor((state.endMs ?? nowMs) / stepMs) * stepMs;
  return { startMs: endMs - Math.floor(state.rangeMs / stepMs) * stepMs, endMs, stepMs };
}

/** The state after a stretch was selected by dragging; undefined when it is too short to hold two points. */
export function zoomed(state: ExploreState, fromMs: number, untilMs: number): ExploreState | undefined {
  const rangeMs = Math.round((untilMs - fromMs) / 1000) * 1000;
  if (rangeMs < 2000) return undefined;
  return { ...state, rangeMs, endMs: Math.round(untilMs / 1000) * 1000, refreshMs: undefined };
}

/** Half or double the range around the same middle; not beyond now. */
export function scaled(state: ExploreState, factor: number, nowMs: number): ExploreState {
  const rangeMs = Math.min(Math.max(2000, Math.round((state.rangeMs * factor) / 1000) * 1000), rangeAtMostMs);
  const middleMs = (state.endMs ?? nowMs) - state.rangeMs / 2;
  const endMs = Math.round((middleMs + rangeMs / 2) / 1000) * 1000;
  return { ...state, rangeMs, endMs: state.endMs === undefined || endMs >= nowMs ? undefined : endMs };
}

/** Half a range earlier or later; at now the end is open again. */
export function shifted(state: ExploreState, direction: -1 | 1, nowMs: number): ExploreState {
  const endMs = Math.round(((state.endMs ?? nowMs) + (direction * state.rangeMs) / 2) / 1000) * 1000;
  return { ...state, endMs: endMs >= nowMs ? undefined : endMs };
}
