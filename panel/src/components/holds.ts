import type { Schemas } from '../api/client';
import type { Role } from '../session/session';

export type HoldView = Schemas['HoldView'];

const ranks: Record<string, number> = { customer: 1, reseller: 2, schedule: 2, administrator: 3, expiry: 4, removal: 4 };

// ownHolds are the holds of the object itself, without those of the objects above it.
export const ownHolds = (holds: readonly HoldView[]) => holds.filter(({ inherited }) => !inherited);

// isClosedAbove reports whether an object above is suspended.
export const isClosedAbove = (holds: readonly HoldView[]) => holds.some(({ inherited }) => inherited);

// closedBy returns the nearest object above that is suspended, or undefined if there is none.
export function closedBy(holds: readonly HoldView[]): HoldView['inheritedFrom'] {
  const from = new Set(holds.map(({ inheritedFrom }) => inheritedFrom));
  return (['subscription', 'customer', 'reseller'] as const).find((object) => from.has(object));
}

// canLift reports whether an account of the role can lift one of the object's own holds. Nobody lifts a hold of a higher
// level (ADR 11).
export function canLift(holds: readonly HoldView[], role: Role): boolean {
  return ownHolds(holds).some(({ source }) => (ranks[role] ?? 0) >= (ranks[source] ?? 4));
}
