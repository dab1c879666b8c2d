/** The one way to the server: the Prometheus and Alertmanager HTTP APIs, by addresses relative to the page's base, so that any path prefix works. */

/** What the API answered: the data, and what it wants to say about them. */
export interface Answer<T> {
  data: T;
  warnings: string[];
  infos: string[];
}

/** The API's own refusal, or that it did not answer at all (`kind` "unreachable"). */
export class ApiError extends Error {
  readonly kind: string;
  readonly status: number;

  constructor(kind: string, status: number, message: string) {
    super(message);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = status;
  }

  /** The server wants a login, or this login may not see it. Asking again does not help. */
  get isForbidden(): boolean {
    return this.status === 401 || this.status === 403;
  }
}

interface Envelope<T> {
  status: string;
  data?: T;
  errorType?: string;
  error?: string;
  warnings?: string[];
  infos?: string[];
}

/** How often a page that watches asks again. Scrapes and rules come every 15 s or so; this is soon enough to see each. */
export const watchMs = 5_000;

export type Params = Record<string, string | string[] | undefined>;

function form(params: Params): URLSearchParams {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) pairs.append(name, one);
  }
  return pairs;
}

/** Reads `api/v1/…`. Throws {@link ApiError}; an aborted request throws the browser's own AbortError. */
export async function get<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<Answer<T>> {
  const query = form(params).toString();
  return ask<T>(query === '' ? path : `${path}?${query}`, { method: 'GET', ...(signal && { signal }) });
}

/** The same where nobody wants to hear what the API says about the data. */
export async function getData<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  return (await get<T>(path, params, signal)).data;
}

/** Facts that older servers do not offer: nothing rather than a fault, so that the page shows the rest. */
export async function getIfOffered<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T | null> {
  try {
    return await getData<T>(path, params, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

/** The same with the parameters in the body: expressions may be longer than an address. */
export async function post<T>(path: string, params: Params, signal?: AbortSignal): Promise<Answer<T>> {
  return ask<T>(path, { method: 'POST', body: form(params), ...(signal && { signal }) });
}

/** Reads `api/v2/…`, Alertmanager's API, whose answers have no envelope. Throws as {@link get} does. */
export async function getV2<T>(path: string, params: Params = {}, signal?: AbortSignal): Promise<T> {
  const query = form(params).toString();
  return askV2<T>(query === '' ? path : `${path}?${query}`, { method: 'GET', ...(signal && { signal }) });
}

export async function postV2<T>(path: string, body: unknown): Promise<T> {
  return askV2<T>(path, { method: 'POST', body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } });
}

export async function deleteV2(path: string): Promise<void> {
  await askV2<unknown>(path, { method: 'DELETE' });
}

async function askV2<T>(path: string, init: RequestInit): Promise<T> {
  const response = await send(`api/v2/${path}`, init);
  const text = await response.text();
  const body = readJson(text);
  if (response.ok && (body !== undefined || text === '')) return body as T;
  // Its errors are a JSON text; those found while reading the request, an object with a message.
  const told = typeof body === 'string' ? body : typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : undefined;
  throw new ApiError(told !== undefined && response.status < 500 ? 'bad_data' : 'http', response.status, told ?? refusal(response.status));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  const response = await send(`api/v1/${path}`, init);
  let envelope: Envelope<T>;
  try {
    envelope = (await response.json()) as Envelope<T>;
  } catch {
    // A proxy in between, or a path that an older server does not know.
    throw new ApiError('http', response.status, refusal(response.status));
  }
  if (!response.ok || envelope.status !== 'success' || envelope.data === undefined) {
    throw new ApiError(envelope.errorType ?? 'http', response.status, envelope.error ?? refusal(response.status));
  }
  return { data: envelope.data, warnings: envelope.warnings ?? [], infos: envelope.infos ?? [] };
}

async function send(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, { ...init, headers: { Accept: 'application/json', ...init.headers }, credentials: 'same-origin' });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    throw new ApiError('unreachable', 0, 'The server does not answer. It may be restarting, or the network between it and this page is down.');
  }
}

function refusal(status: number): string {
  if (status === 401) return 'The server wants a login for this.';
  if (status === 403) return 'This login may not see this.';
  if (status === 404) return 'This server does not offer this.';
  return `The server answered with status ${status} and nothing that can be read.`;
}
