const margin = 60_000; // milliseconds before the address of an upload ends in which no upload begins

// canReuse reports whether a failed upload can be repeated for the same backup. The storage does not accept an address
// again that it has refused.
export const canReuse = ({ expiresAt }: { expiresAt: string }, kind: 'failed' | 'refused', now = Date.now()): boolean =>
  kind === 'failed' && now + margin < Date.parse(expiresAt);
