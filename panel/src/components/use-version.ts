import { useRef } from 'react';
import { asProblem, Problem } from '../api/problem';

// Seen is an object as the user has seen it: the ETag of its version, and what of it matters for the action.
export interface Seen { etag: string; facts: string }

// factsOf returns values as one text that can be compared.
export const factsOf = (...values: unknown[]): string => JSON.stringify(values);

type Send<R> = (headers: { 'If-Match'?: string }) => Promise<R>;

// sendSeen sends a change of the version that the user has seen. If the object has changed meanwhile, but not in what
// matters, it sends the change again for the newest version. Otherwise the user decides: sendSeen throws the problem
// changed-meanwhile, and returns the newest version by `update` for the next attempt. An object that was seen without its
// version is changed whatever its version is.
export async function sendSeen<R>(
  seen: Seen | undefined, reload: () => Promise<Seen>, update: (newest: Seen) => void, send: Send<R>,
): Promise<R> {
  try {
    return await send(seen ? { 'If-Match': seen.etag } : {});
  } catch (error) {
    if (!seen || asProblem(error).code !== 'version-mismatch') throw error;
    const newest = await reload();
    update(newest);
    if (newest.facts !== seen.facts) throw new Problem(412, { code: 'changed-meanwhile' });
    return send({ 'If-Match': newest.etag });
  }
}

// useVersion returns a function that sends changes of the version that the user has seen.
export function useVersion(seen: Seen | undefined, reload: () => Promise<Seen>): <R>(send: Send<R>) => Promise<R> {
  const current = useRef(seen);
  return (send) => sendSeen(current.current, reload, (newest) => { current.current = newest; }, send);
}
