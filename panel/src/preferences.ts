import { createStore, useStore } from './store';

// Preferences are how the user wants the panel to look. The browser keeps them; they contain nothing secret.
export interface Preferences {
  language?: 'en' | 'de';
  theme?: 'light' | 'dark';
  density?: 'comfortable' | 'compact';
  lists?: Record<string, ListPreferences>;
}

export interface ListPreferences {
  pageSize?: number;
  columns?: string[]; // ids of the visible columns
  wrapLines?: boolean;
}

const name = 'tenantry.preferences';

function read(): Preferences {
  try {
    return JSON.parse(localStorage.getItem(name) ?? '{}') as Preferences;
  } catch {
    return {};
  }
}

const store = createStore(read());

export const preferences = {
  get: store.get,
  subscribe: store.subscribe,
  change(part: Partial<Preferences>) {
    store.set({ ...store.get(), ...part });
    try {
      localStorage.setItem(name, JSON.stringify(store.get()));
    } catch {
      // Without storage, the preferences last until the page is closed.
    }
  },
  changeList(list: string, part: ListPreferences) {
    const lists = store.get().lists ?? {};
    preferences.change({ lists: { ...lists, [list]: { ...lists[list], ...part } } });
  },
};

export const usePreferences = () => useStore(preferences);
