import type { Schemas } from '../../api/client';
import { toQuantity, toValue, UNLIMITED, type Quantity } from './quantity';

export type Descriptor = Schemas['Descriptor'];
export type ResourceSet = Schemas['Set'];

// Holder is the kind of object that has resources. Plans hold those of subscriptions or of resellers.
export type Holder = 'subscription' | 'reseller';

// ResourceValues are resources as a form holds them.
export interface ResourceValues {
  allotments: Record<string, Quantity>;
  permissions: Record<string, boolean>;
  applications: string[];
}

// allotmentsOf returns the allotments that the holder can have.
export const allotmentsOf = (descriptor: Descriptor, holder: Holder) =>
  descriptor.allotments.filter((allotment) => allotment.for.includes(holder));

// toValues returns a set of resources as a form holds it. What the set does not name is unlimited or not granted.
export function toValues(descriptor: Descriptor, holder: Holder, set: ResourceSet, separator?: string): ResourceValues {
  return {
    allotments: Object.fromEntries(allotmentsOf(descriptor, holder).map(({ name, unit }) =>
      [name, toQuantity(set.allotments?.[name] ?? UNLIMITED, unit, separator)])),
    permissions: Object.fromEntries(descriptor.permissions.map(({ name }) => [name, set.permissions?.[name] ?? false])),
    applications: [...set.applications ?? []].sort(),
  };
}

// toSet returns the resources as the API wants them. The amounts must be valid.
export function toSet({ allotments, permissions, applications }: ResourceValues): Required<ResourceSet> {
  return {
    allotments: Object.fromEntries(Object.entries(allotments).map(([name, quantity]) => [name, toValue(quantity) ?? UNLIMITED])),
    permissions, applications,
  };
}

// checkValues returns the message for each invalid amount, by the JSON pointer of the allotment. pointer is that of the
// resources in the request.
export function checkValues({ allotments }: ResourceValues, message: string, pointer = ''): Record<string, string> {
  const invalid = Object.entries(allotments).filter(([, quantity]) => toValue(quantity) === undefined);
  return Object.fromEntries(invalid.map(([name]) => [`${pointer}/allotments/${name}`, message]));
}
