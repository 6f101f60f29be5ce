import type { Schemas } from '../../api/client';

type Contact = Schemas['Contact'];

export const contactFields = [
  'name', 'company', 'email', 'phone', 'fax', 'address', 'city', 'state', 'postalCode', 'country', 'locale',
] as const;

export type ContactField = (typeof contactFields)[number];

// ContactValues are the values of a contact form. Empty fields are "".
export type ContactValues = Record<ContactField, string>;

export function contactValues(contact: Partial<Contact> = {}): ContactValues {
  return Object.fromEntries(contactFields.map((name) => [name, contact[name] ?? ''])) as ContactValues;
}

// contactPatch returns the changes as the API expects them: null clears a field.
export function contactPatch(changes: Partial<ContactValues>): Schemas['ContactPatch'] {
  return Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value.trim() || null]));
}

// newContact returns the contact of a new account, without the empty fields.
export function newContact(values: ContactValues): Contact {
  const filled = contactFields.filter((name) => values[name].trim() !== '').map((name) => [name, values[name].trim()]);
  return { name: values.name.trim(), email: values.email.trim(), ...Object.fromEntries(filled) as Partial<Contact> };
}

// checkContact returns what is missing, by pointer. required is the text to show.
export function checkContact(values: ContactValues, required: string, prefix = ''): Record<string, string> {
  const missing = (['name', 'email'] as const).filter((name) => values[name].trim() === '');
  return Object.fromEntries(missing.map((name) => [`${prefix}/${name}`, required]));
}
