import { session } from '../../session/session';
import { createStore } from '../../store';

// Visit is an object whose page the user opened.
export interface Visit { kind: 'customer' | 'reseller' | 'subscription'; id: string; name: string; path: string }

interface Stored { account: string; visits: Visit[] }

const name = 'tenantry.recent';
const kept = 8;

function read(): Stored {
  try {
    const stored = JSON.parse(localStorage.getItem(name) ?? '{}') as Partial<Stored>;
    return { account: stored.account ?? '', visits: Array.isArray(stored.visits) ? stored.visits : [] };
  } catch {
    return { account: '', visits: [] };
  }
}

const account = () => {
  const state = session.state();
  return state.phase === 'signed-in' ? state.me.account.id : '';
};

export const recent = createStore(read());

function write(stored: Stored) {
  recent.set(stored);
  try {
    localStorage.setItem(name, JSON.stringify(stored));
  } catch {
    // Without storage, the visits last until the page is closed.
  }
}

// remember returns the visits with the new one first. Each object appears once.
export function remember(visits: readonly Visit[], visit: Visit): Visit[] {
  return [visit, ...visits.filter(({ id }) => id !== visit.id)].slice(0, kept);
}

// visitsOf returns what the account opened. Another account in the same browser sees nothing of it.
export const visitsOf = (stored: Stored, accountId: string) => (stored.account === accountId ? stored.visits : []);

// rememberVisit notes that the caller opened the page of an object.
export function rememberVisit(visit: Visit) {
  const caller = account();
  write({ account: caller, visits: remember(visitsOf(recent.get(), caller), visit) });
}

// forgetVisits forgets what was opened. Signing out calls it.
export function forgetVisits() {
  recent.set({ account: '', visits: [] });
  try {
    localStorage.removeItem(name);
  } catch {
    // There is nothing to forget without storage.
  }
}
