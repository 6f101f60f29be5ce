import createClient from 'openapi-fetch';
import { session } from '../session/session';
import { Problem, readProblem, retryAfter, unreachable } from './problem';
import { Keys, waitBefore } from './retry';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Customer = Schemas['Customer'];
export type Reseller = Schemas['Reseller'];
export type Plan = Schemas['PlanView'];
export type Operation = Schemas['OperationView'];
export type OperationItem = Schemas['ItemView'];
export type DisplayName = Schemas['DisplayName'];
export type Hold = Schemas['Hold'];

const keys = new Keys();
const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const isChange = (request: Request) => request.method !== 'GET' && request.method !== 'HEAD';

// send sends one request of the panel. It repeats it while the service is busy or cannot be reached, and after an expired
// session once the user has signed in again.
async function send(request: Request): Promise<Response> {
  const change = isChange(request) ? [request.method, request.url, await request.clone().text()].join('\n') : '';
  const ownKey = request.headers.get('Idempotency-Key');
  for (let attempt = 1; ; attempt++) {
    const outgoing = new Request(request.clone(), { credentials: 'same-origin', cache: 'no-store', redirect: 'error' });
    if (change) {
      outgoing.headers.set('Idempotency-Key', ownKey ?? keys.keyFor(change));
      if (session.csrfToken()) outgoing.headers.set('X-CSRF-Token', session.csrfToken());
    }
    const response = await fetch(outgoing).catch((error: unknown) => {
      if (request.signal.aborted) throw error;
      return undefined;
    });
    const status = response?.status ?? 0;
    if (change) keys.settle(change, status);
    if (status === 401 && session.isSignedIn()) {
      await session.signInAgain();
      attempt = 0;
      continue;
    }
    const wait = waitBefore(attempt, status, response && retryAfter(response));
    if (wait === undefined) return answer(response);
    await sleep(wait);
    if (request.signal.aborted) throw new DOMException('The request was cancelled.', 'AbortError');
  }
}

async function answer(response: Response | undefined): Promise<Response> {
  if (!response) throw unreachable();
  if (response.ok) return response;
  const problem = await readProblem(response);
  if (problem.code === 'account-suspended') session.suspend(problem.detail);
  return response;
}

export const api = createClient<paths>({ baseUrl: location.origin, fetch: send });

interface Result<T> { data?: T; error?: unknown; response: Response }

// call waits for a request of `api` and returns the body of its response. It throws a Problem if the request failed.
export async function call<T>(request: Promise<Result<T>>): Promise<NonNullable<T>> {
  return (await callWithTag(request)).data;
}

// callWithTag is like call, and also returns the ETag of the object, for the If-Match header of its next change.
export async function callWithTag<T>(request: Promise<Result<T>>): Promise<{ data: NonNullable<T>; etag: string }> {
  const { data, error, response } = await request;
  if (!response.ok) {
    const document = typeof error === 'object' && error !== null ? error : {};
    throw new Problem(response.status, document, retryAfter(response));
  }
  return { data: data as NonNullable<T>, etag: response.headers.get('ETag') ?? '' };
}
