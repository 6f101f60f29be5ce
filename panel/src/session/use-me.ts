import { useStore } from '../store';
import { session, type Me, type Role, type State } from './session';

export const useSession = (): State => useStore({ get: session.state, subscribe: session.subscribe });

// useMe returns the caller. It may be used only in screens, which exist only for callers who are signed in.
export function useMe(): Me {
  const state = useSession();
  if (state.phase !== 'signed-in') throw new Error('nobody is signed in');
  return state.me;
}

export const useRole = (): Role => useMe().account.kind;
