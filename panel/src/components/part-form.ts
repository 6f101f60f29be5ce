import type { Form } from './use-form';

// partOf returns the form of one part of the values, such as the contact of a new customer, for fields that edit the part.
export function partOf<V, K extends keyof V>(form: Form<V>, name: K): Form<V[K]> {
  return {
    ...form,
    values: form.values[name],
    set: (field, value) => { form.set(name, { ...form.values[name], [field]: value }); },
    reset: (part) => { form.reset({ ...form.values, [name]: part }); },
  };
}
