import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api, call, type Operation } from '../api/client';
import { doneOf, isFinished, remainingSeconds, type Observation } from './progress';

export const operationKey = (id: string) => ['operation', id];

// useOperation reads an operation, and again and again until it has finished. Then all lists are read anew, because the
// operation has changed them.
export function useOperation(id: string) {
  const queries = useQueryClient();
  const query = useQuery({
    queryKey: operationKey(id),
    queryFn: ({ signal }) => call(api.GET('/v1/operations/{operationId}', { params: { path: { operationId: id } }, signal })),
    refetchInterval: ({ state: { data } }) => (data ? pollInterval(data) : false),
    staleTime: 0,
  });
  const wasSeenRunning = useWasSeenRunning(query.data);
  const hasFinished = query.data !== undefined && isFinished(query.data);
  useEffect(() => {
    if (hasFinished && wasSeenRunning) void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'operation' });
  }, [hasFinished, wasSeenRunning, queries]);
  return query;
}

function useWasSeenRunning(operation: Operation | undefined): boolean {
  const [seen, setSeen] = useState(false);
  if (!seen && operation && !isFinished(operation)) setSeen(true);
  return seen;
}

// pollInterval returns the milliseconds until the operation is read again. What waits for a set time is read rarely.
export function pollInterval(operation: Operation, now = Date.now()): number | false {
  if (isFinished(operation)) return false;
  if (operation.startAt && Date.parse(operation.startAt) - now > 60_000) return 30_000;
  return now - Date.parse(operation.createdAt) < 60_000 ? 1000 : 3000;
}

// useRemaining estimates the seconds that the operation still needs.
export function useRemaining(operation: Operation): number | undefined {
  const [first, setFirst] = useState<Observation>();
  const [now, setNow] = useState(0);
  const done = doneOf(operation);
  const isRunning = operation.state === 'running';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => { setNow(Date.now()); }, 1000);
    return () => { clearInterval(timer); };
  }, [isRunning]);
  if (isRunning && now > 0 && !first) setFirst({ at: now, done });
  return isRunning && first ? remainingSeconds(operation, first, now) : undefined;
}
