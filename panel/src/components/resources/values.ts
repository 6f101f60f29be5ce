import type { Schemas } from '../../api/client';
import { toQuantity, toValue, UNLIMITED, type Quantity } from './quantity';

export type Descriptor = Schemas['Descriptor'];
export type ResourceSet = Schemas['Set'];

// Holder is the kind of object that has resources. Plans hold those of subscriptions or of resellers.
export type Holder = 'subscription' | 'reseller';

// ResourceValues are resources as a form holds them. Each allotment, permission and application is a field, which has the
// JSON pointer of the resource as its name.
export interface ResourceValues {
  [allotment: `/allotments/${string}`]: Quantity;
  [permission: `/permissions/${string}`]: boolean;
  [application: `/applications/${string}`]: boolean;
}

export const allotmentField = (name: string) => `/allotments/${name}` as const;
export const permissionField = (name: string) => `/permissions/${name}` as const;
export const applicationField = (name: string) => `/applications/${name}` as const;

// allotmentsOf returns the allotments that the holder can have.
export const allotmentsOf = (descriptor: Descriptor, holder: Holder) =>
  descriptor.allotments.filter((allotment) => allotment.for.includes(holder));

// toValues returns a set of resources as a form holds it. What the set does not name is unlimited or not granted.
export function toValues(descriptor: Descriptor, holder: Holder, set: ResourceSet, separator?: string): ResourceValues {
  const values: ResourceValues = {};
  for (const { name, unit } of allotmentsOf(descriptor, holder)) {
    values[allotmentField(name)] = toQuantity(set.allotments?.[name] ?? UNLIMITED, unit, separator);
  }
  for (const { name } of descriptor.permissions) values[permissionField(name)] = set.permissions?.[name] ?? false;
  for (const { name } of descriptor.applications) values[applicationField(name)] = set.applications?.includes(name) ?? false;
  return values;
}

// toSet returns the resources as the API wants them. The amounts must be valid.
export function toSet(descriptor: Descriptor, holder: Holder, values: ResourceValues): Required<ResourceSet> {
  const { permissions, applications } = descriptor;
  const numberOf = (name: string) => {
    const quantity = values[allotmentField(name)];
    return (quantity && toValue(quantity)) ?? UNLIMITED;
  };
  return {
    allotments: Object.fromEntries(allotmentsOf(descriptor, holder).map(({ name }) => [name, numberOf(name)])),
    permissions: Object.fromEntries(permissions.map(({ name }) => [name, values[permissionField(name)] ?? false])),
    applications: applications.map(({ name }) => name).filter((name) => values[applicationField(name)]),
  };
}

// checkValues returns the message for each invalid amount, by its JSON pointer. prefix is the pointer of the resources in
// the request. The values may be those of a form with more fields.
export function checkValues(values: ResourceValues, message: string, prefix = ''): Record<string, string> {
  const amounts = Object.entries(values).filter(([name]) => name.startsWith(allotmentField(''))) as [string, Quantity][];
  const invalid = amounts.filter(([, value]) => toValue(value) === undefined);
  return Object.fromEntries(invalid.map(([pointer]) => [prefix + pointer, message]));
}
