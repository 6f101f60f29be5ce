import type { Schemas } from '../../api/client';
import type { PageAction } from './page-actions';
import type { Visit } from './recent';

type Found = Schemas['Item'];

// Entry is one line of the quick navigation. It leads to an address or runs an action.
export interface Entry { key: string; kind: Found['kind'] | 'action' | 'screen'; label: string; match?: Found['match']; href?: string; run?: () => void }

export type GroupName = 'recent' | 'actions' | 'objects' | 'screens';
export interface Group { name: GroupName; entries: Entry[] }

// addressOf returns the address of the panel for a path of the API. Websites are shown on the page of their subscription.
export function addressOf(path: string): string {
  return path.replace(/^\/v1/, '').replace(/^(\/subscriptions\/[^/]+)\/websites$/, '$1');
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

// matches reports whether the text contains all words of the search, at any place.
export function matches(text: string, search: string): boolean {
  const folded = fold(text);
  return fold(search).split(/\s+/).every((word) => folded.includes(word));
}

interface Sources {
  search: string;
  visits: readonly Visit[];
  actions: readonly PageAction[];
  found: readonly Found[];
  screens: readonly { path: string; label: string }[];
}

// groupsOf returns what the quick navigation shows. Recent objects come first; what was found does not repeat them.
export function groupsOf({ search, visits, actions, found, screens }: Sources): Group[] {
  const text = search.trim();
  const recent = visits.filter(({ name }) => matches(name, text))
    .map((visit): Entry => ({ key: visit.id, kind: visit.kind, label: visit.name, href: visit.path }));
  const shown = new Set(recent.map(({ key }) => key));
  const objects = found.filter(({ id }) => !shown.has(id))
    .map(({ id, kind, name, path, match }): Entry => ({ key: id, kind, label: name, match, href: addressOf(path) }));
  const possible = actions.filter(({ label }) => matches(label, text))
    .map(({ id, label, run }): Entry => ({ key: `action ${id}`, kind: 'action', label, run }));
  const menu = screens.filter(({ label }) => matches(label, text))
    .map(({ path, label }): Entry => ({ key: `screen ${path}`, kind: 'screen', label, href: path }));
  const groups: Group[] = [
    { name: 'recent', entries: text === '' ? recent.slice(0, 5) : recent.slice(0, 3) },
    { name: 'objects', entries: objects },
    { name: 'actions', entries: possible },
    { name: 'screens', entries: menu },
  ];
  return groups.filter(({ entries }) => entries.length > 0);
}
