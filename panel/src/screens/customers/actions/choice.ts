import type { Target } from './target';

export const CUSTOM = 'custom'; // what the API calls the custom plan

// Choice is which plan customers get: forAll, except for those in single, by their ids.
export interface Choice { forAll: string; single: Record<string, string> }

export const allCustom: Choice = { forAll: CUSTOM, single: {} };

// itemsOf returns the customers with their plans, for the body of a request.
export function itemsOf(target: Extract<Target, { kind: 'items' }>, choice: Choice): { customer: string; plan: string }[] {
  return target.customers.map(({ id }) => ({ customer: id, plan: choice.single[id] ?? choice.forAll }));
}
