import { useQueryClient } from '@tanstack/react-query';
import type { Schemas } from '../../../api/client';
import { trackOperation } from '../../../operations/track';

// useAccepted returns what happens after an action was accepted: its operation is shown above all screens, and lists are
// read again.
export function useAccepted(close: () => void) {
  const queries = useQueryClient();
  return (response: Pick<Schemas['AcceptResponse'], 'id'>) => {
    if (response.id) trackOperation(response.id);
    void queries.invalidateQueries();
    close();
  };
}
