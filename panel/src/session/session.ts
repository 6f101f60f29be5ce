import { Problem, readProblem, unreachable } from '../api/problem';
import { waitBefore, Keys } from '../api/retry';
import type { components } from '../api/schema';
import { createStore } from '../store';

export type Me = components['schemas']['Me'];
export type Role = Me['account']['kind'];

// State is what the panel knows of the caller. expired is set while the user must sign in again over the page.
export type State =
  | { phase: 'loading' }
  | { phase: 'unreachable' }
  | { phase: 'anonymous'; suspended?: string }
  | { phase: 'signed-in'; me: Me; expired: boolean };

const store = createStore<State>({ phase: 'loading' });
const keys = new Keys();
let waiting: (() => void)[] = []; // requests that go on after the sign-in

// request sends one request of the session itself, which never waits for a sign-in. It repeats it while the service
// cannot be reached.
async function request(method: string, path: string, body?: unknown, csrfToken?: string): Promise<Response> {
  const change = `${method} ${path} ${JSON.stringify(body)}`;
  for (let attempt = 1; ; attempt++) {
    const headers: Record<string, string> = {};
    if (body) headers['Content-Type'] = 'application/json';
    if (csrfToken) headers['X-CSRF-Token'] = csrfToken;
    if (method !== 'GET') headers['Idempotency-Key'] = keys.keyFor(change);
    const response = await fetch(path, {
      method, headers, body: body ? JSON.stringify(body) : undefined, credentials: 'same-origin', cache: 'no-store',
    }).catch(() => undefined);
    const status = response?.status ?? 0;
    keys.settle(change, status);
    const wait = status === 429 ? undefined : waitBefore(attempt, status, undefined);
    if (wait === undefined) {
      if (!response) throw unreachable();
      return response;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function readMe(): Promise<Me | Problem> {
  const response = await request('GET', '/v1/me');
  return response.ok ? await response.json() as Me : readProblem(response);
}

export const session = {
  subscribe: store.subscribe,
  state: store.get,

  isSignedIn: () => store.get().phase === 'signed-in',

  csrfToken(): string {
    const state = store.get();
    return state.phase === 'signed-in' ? state.me.csrfToken ?? '' : '';
  },

  // load reads who is signed in.
  async load() {
    try {
      const me = await readMe();
      if (!(me instanceof Problem)) store.set({ phase: 'signed-in', me, expired: false });
      else if (me.code === 'account-suspended') store.set({ phase: 'anonymous', suspended: me.detail });
      else if (me.status === 401) store.set({ phase: 'anonymous' });
      else store.set({ phase: 'unreachable' });
    } catch {
      store.set({ phase: 'unreachable' });
    }
  },

  // signIn signs in and lets waiting requests go on. If another account signs in over a page, the page is loaded again,
  // because it shows what belongs to the first account. It throws a Problem if the sign-in is refused.
  async signIn(login: string, password: string) {
    const before = store.get();
    const response = await request('POST', '/v1/sessions', { login, password, cookie: true });
    if (!response.ok) throw await readProblem(response);
    const me = await readMe();
    if (me instanceof Problem) throw me;
    if (before.phase === 'signed-in' && before.me.account.id !== me.account.id) {
      location.assign('/');
      return;
    }
    store.set({ phase: 'signed-in', me, expired: false });
    const resumed = waiting;
    waiting = [];
    for (const resume of resumed) resume();
  },

  // signInAgain asks the user to sign in over the page. It returns once that has happened.
  signInAgain(): Promise<void> {
    const state = store.get();
    if (state.phase === 'signed-in' && !state.expired) store.set({ ...state, expired: true });
    return new Promise((resume) => { waiting.push(resume); });
  },

  // suspend ends the work of an account that was suspended meanwhile. message is what the account may read about it.
  suspend(message: string) {
    store.set({ phase: 'anonymous', suspended: message });
  },

  // changed reads the caller's account again, after the account was edited.
  async changed() {
    const me = await readMe().catch(unreachable);
    if (!(me instanceof Problem)) store.set({ phase: 'signed-in', me, expired: false });
  },

  async signOut() {
    const response = await request('DELETE', '/v1/session', undefined, session.csrfToken());
    if (!response.ok && response.status !== 401) throw await readProblem(response);
    location.assign('/');
  },
};
