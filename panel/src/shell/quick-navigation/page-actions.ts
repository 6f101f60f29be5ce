import { useEffect } from 'react';
import { createStore, useStore } from '../../store';

// PageAction is something that the user can do on the current screen.
export interface PageAction { id: string; label: string; run: () => void }

const store = createStore<PageAction[]>([]);

// usePageActions offers the actions in the quick navigation while the screen is shown.
export function usePageActions(actions: PageAction[]) {
  useEffect(() => {
    store.set(actions);
  });
  useEffect(() => () => { store.set([]); }, []);
}

export const useCurrentActions = () => useStore(store);
