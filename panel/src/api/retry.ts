// Decides how requests are repeated. Repeating is safe: reads change nothing, and changes carry an Idempotency-Key.

const attempts = 4;
const longestWait = 15; // in seconds; who has to wait longer is told instead

// waitBefore returns the milliseconds to wait before the next attempt, or undefined if the outcome stands. attempt
// counts from 1. status is 0 if the connection was lost.
export function waitBefore(
  attempt: number, status: number, retryAfter: number | undefined, random: () => number = Math.random,
): number | undefined {
  const isTemporary = status === 0 || status === 429 || status === 503 || status === 502 || status === 504;
  if (!isTemporary || attempt >= attempts) return undefined;
  if (retryAfter !== undefined && retryAfter > longestWait) return undefined;
  const backoff = 300 * 2 ** attempt * (0.5 + random() / 2);
  return Math.max(backoff, (retryAfter ?? 0) * 1000);
}

// Keys remembers the Idempotency-Keys of changes whose outcome is unknown. If the same change is sent again, it has the
// same key and takes effect once.
export class Keys {
  private readonly pending = new Map<string, string>();
  private readonly create: () => string;

  constructor(create: () => string = () => crypto.randomUUID()) {
    this.create = create;
  }

  // keyFor returns the key of a change, which its method, address and body identify.
  keyFor(change: string): string {
    const key = this.pending.get(change) ?? this.create();
    this.pending.set(change, key);
    return key;
  }

  // settle forgets the key of a change whose outcome is known: the next one like it is another change.
  settle(change: string, status: number) {
    if (status > 0 && status < 500 && status !== 429 && status !== 401) this.pending.delete(change);
  }
}
