/** Shapes of the Prometheus HTTP API, as far as the pages read them. Moments are RFC 3339 text, durations seconds, sample values text. */

export type Labels = Record<string, string>;

export interface Histogram {
  count: string;
  sum: string;
  buckets?: [number, string, string, string][];
}

export interface VectorSeries {
  metric: Labels;
  value?: [number, string];
  histogram?: [number, Histogram];
}

export interface MatrixSeries {
  metric: Labels;
  values?: [number, string][];
  histograms?: [number, Histogram][];
}

export interface QueryStats {
  timings?: { evalTotalTime?: number; execTotalTime?: number };
  samples?: { totalQueryableSamples?: number; peakSamples?: number };
}

export type QueryData = (
  | { resultType: 'vector'; result: VectorSeries[] }
  | { resultType: 'matrix'; result: MatrixSeries[] }
  | { resultType: 'scalar' | 'string'; result: [number, string] }
) & { stats?: QueryStats };

export interface Alert {
  labels: Labels;
  annotations: Labels;
  state: 'firing' | 'pending' | 'inactive' | 'unknown';
  activeAt?: string;
  keepFiringSince?: string;
  value: string;
}

interface RuleFacts {
  name: string;
  query: string;
  labels?: Labels;
  health: 'ok' | 'err' | 'unknown';
  lastError?: string;
  lastEvaluation: string;
  evaluationTime: number;
}

export interface AlertingRule extends RuleFacts {
  type: 'alerting';
  state: 'firing' | 'pending' | 'inactive' | 'unknown';
  duration: number;
  keepFiringFor: number;
  annotations?: Labels;
  alerts: Alert[];
}

export interface RecordingRule extends RuleFacts {
  type: 'recording';
}

export type Rule = AlertingRule | RecordingRule;

export interface RuleGroup {
  name: string;
  file: string;
  interval: number;
  limit: number;
  rules: Rule[];
  evaluationTime: number;
  lastEvaluation: string;
}

export interface Target {
  discoveredLabels: Labels;
  labels: Labels;
  scrapePool: string;
  scrapeUrl: string;
  globalUrl: string;
  lastError: string;
  lastScrape: string;
  lastScrapeDuration: number;
  health: 'up' | 'down' | 'unknown';
  scrapeInterval: string;
  scrapeTimeout: string;
}

export interface DroppedTarget {
  discoveredLabels: Labels;
  scrapePool?: string;
}

export interface Targets {
  activeTargets: Target[];
  droppedTargets: DroppedTarget[];
  droppedTargetCounts?: Record<string, number> | null;
}

export interface RelabelStep {
  rule: Record<string, unknown>;
  output: Labels;
  keep: boolean;
}

export interface RuntimeFacts {
  startTime: string;
  CWD: string;
  reloadConfigSuccess: boolean;
  lastConfigTime: string;
  corruptionCount: number;
  storageRetention: string;
  [more: string]: string | number | boolean;
}

export interface NameValue {
  name: string;
  value: number;
}

export interface Cardinality {
  headStats: { numSeries: number; numLabelPairs: number; chunkCount: number; minTime: number; maxTime: number };
  seriesCountByMetricName: NameValue[];
  labelValueCountByLabelName: NameValue[];
  memoryInBytesByLabelName: NameValue[];
  seriesCountByLabelValuePair: NameValue[];
}

/** What the store holds. `bytes` is all of it: blocks, log and what lies under the memory. */
export interface Storage {
  series: number;
  samplesInBlocks: number;
  blockBytes: number;
  bytes: number;
  blocks: number;
  minTime: number;
  maxTime: number;
  samplesPerSecond: number;
}

export interface Block {
  ulid: string;
  minTime: number;
  maxTime: number;
  stats?: { numSamples?: number; numSeries?: number; numChunks?: number };
  compaction?: { level?: number };
  size?: number;
}

export interface Finding {
  severity: 'error' | 'warning' | 'info';
  where: string;
  message: string;
  mend?: string;
}

export interface MetricMetadata {
  type: string;
  help: string;
  unit: string;
}
