import type { Customer, Schemas } from '../../../api/client';
import { factsOf, type Seen } from '../../../components/use-version';

// TargetCustomer is what the dialogs need to know of a customer.
export interface TargetCustomer {
  id: string;
  name: string;
  login?: string;
  seen?: Seen; // undefined if the user has seen only the name
}

export const asTarget = ({ id, login, version, contact, status, lifecycle, owner }: Customer): TargetCustomer => ({
  id, login, name: contact.name,
  seen: { etag: `"${version}"`, facts: factsOf(contact.name, contact.company, login, status, lifecycle, owner.id) },
});

// Target says to which customers an action applies: these, or all that match a filter when the action starts.
export type Target =
  | { kind: 'items'; customers: readonly TargetCustomer[] }
  | { kind: 'matching'; filter: Schemas['Filter']; total: number | undefined };

export type Action = 'suspend' | 'activate' | 'convert' | 'move' | 'remove';

export const actions: readonly Action[] = ['suspend', 'activate', 'convert', 'move', 'remove'];

// selectorOf returns the part of a bulk request that selects the customers.
export function selectorOf(target: Target): Pick<Schemas['Bulk'], 'items' | 'filter'> {
  if (target.kind === 'matching') return { filter: target.filter };
  return { items: target.customers.map(({ id }) => ({ customer: id })) };
}

// onlyCustomer returns the customer if the target is exactly one.
export function onlyCustomer(target: Target): TargetCustomer | undefined {
  return target.kind === 'items' && target.customers.length === 1 ? target.customers[0] : undefined;
}

// numberOf returns which form of a text to use for the customers.
export const numberOf = (target: Target): 'one' | 'many' => (onlyCustomer(target) ? 'one' : 'many');

export const countOf = (target: Target): number | undefined =>
  (target.kind === 'items' ? target.customers.length : target.total);
