/** What a page asked of the server. `params` are those of the address or of a form in the body; `body` is JSON. */
export interface Asked {
  method: string;
  path: string;
  params: URLSearchParams;
  body: unknown;
}

type Answer = unknown | ((asked: Asked) => unknown);

/** A refusal as the API words it. */
export class Refusal {
  readonly status: number;
  readonly kind: string;
  readonly message: string;

  constructor(status: number, kind: string, message: string) {
    this.status = status;
    this.kind = kind;
    this.message = message;
  }
}

/** Stands in for the server behind `fetch`: answers by method and path below `api/`, and keeps what it was asked. What it does not know is 404. */
export class FakeServer {
  readonly asked: Asked[] = [];
  /** A server that is gone: no connection comes about. */
  isGone = false;
  readonly #answers = new Map<string, Answer>();

  constructor(answers: Record<string, Answer> = {}) {
    for (const [what, answer] of Object.entries(answers)) this.answer(what, answer);
    globalThis.fetch = (input, init) => this.#fetch(String(input), init ?? {});
  }

  /** `what` is a method and a path, such as "GET v1/rules"; the answer may depend on what was asked. */
  answer(what: string, answer: Answer) {
    this.#answers.set(what, answer);
  }

  to(what: string): Asked[] {
    return this.asked.filter((one) => `${one.method} ${one.path}` === what);
  }

  async #fetch(address: string, init: RequestInit): Promise<Response> {
    if (this.isGone) throw new TypeError('Failed to fetch');
    const [path = '', search = ''] = address.replace(/^api\//, '').split('?');
    const isForm = init.body instanceof URLSearchParams;
    const asked: Asked = {
      method: init.method ?? 'GET', path,
      params: init.body instanceof URLSearchParams ? init.body : new URLSearchParams(search),
      body: isForm || typeof init.body !== 'string' ? undefined : JSON.parse(init.body),
    };
    this.asked.push(asked);
    const known = this.#answers.get(`${asked.method} ${path}`) ?? new Refusal(404, 'not_found', `the test answers nothing to ${asked.method} ${path}`);
    const answer = typeof known === 'function' ? (known as (asked: Asked) => unknown)(asked) : known;
    const isV1 = path.startsWith('v1/');
    if (answer instanceof Refusal) {
      return Response.json(isV1 ? { status: 'error', errorType: answer.kind, error: answer.message } : answer.message, { status: answer.status });
    }
    return Response.json(isV1 ? { status: 'success', data: answer } : answer);
  }
}
