import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 1400px)'); // all columns of the list of customers fit

const subscribe = (changed: () => void) => {
  wide.addEventListener('change', changed);
  return () => { wide.removeEventListener('change', changed); };
};

// useIsWide reports whether the window is wide enough for the columns of wide windows.
export const useIsWide = () => useSyncExternalStore(subscribe, () => wide.matches);
