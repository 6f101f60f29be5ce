import { useRef, useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { Conflict, type Difference } from './conflict';
import { useForm, type Form } from './use-form';
import { changesBetween, merge } from './versions';

// Versioned is an object with the ETag of its version.
export interface Versioned<T> { data: T; etag: string }

interface Options<V, T> {
  current: Versioned<T>; // the object as the form found it
  valuesOf: (object: T) => V;
  labels: Record<keyof V & string, string>; // of the fields, for the comparison of versions
  show?: (name: keyof V & string, value: V[keyof V & string]) => string; // a value in the comparison; default: as text
  check?: (values: V) => Record<string, string>;
  reload: () => Promise<Versioned<T>>; // reads the newest version
  send: (changes: Partial<V>, etag: string, values: V) => Promise<Versioned<T> | undefined>; // undefined if nothing was to be saved
  done: (saved: Versioned<T> | undefined) => void; // undefined if there was nothing to save
}

// useVersionedForm is a form that edits one version of an object and sends what the user changed. If somebody else saved
// another version meanwhile, the form takes over their changes of other fields. If both changed the same field, it
// returns the comparison of both versions as `conflict`, and the input stays.
export function useVersionedForm<V extends object, T>(options: Options<V, T>): { form: Form<V>; conflict: ReactNode } {
  const { valuesOf, labels, show = (_, value) => String(value) } = options;
  const [initial] = useState(() => valuesOf(options.current.data));
  const base = useRef({ values: initial, etag: options.current.etag });
  const [theirs, setTheirs] = useState<{ values: V; etag: string; fields: (keyof V & string)[] }>();

  const form = useForm<V, Versioned<T> | undefined>({
    initial,
    check: options.check,
    send: async (values) => {
      const send = (latest: V) => {
        const changes = changesBetween(base.current.values, latest);
        return Object.keys(changes).length === 0 ? undefined : options.send(changes, base.current.etag, latest);
      };
      try {
        return await send(values);
      } catch (error) {
        if (asProblem(error).code !== 'version-mismatch') throw error;
        const newest = await options.reload();
        const saved = valuesOf(newest.data);
        const merged = merge(base.current.values, values, saved);
        if (merged.conflicts.length > 0) {
          for (const name of Object.keys(merged.values) as (keyof V)[]) form.set(name, merged.values[name]);
          setTheirs({ values: saved, etag: newest.etag, fields: merged.conflicts });
          throw error;
        }
        base.current = { values: saved, etag: newest.etag };
        return await send(merged.values);
      }
    },
    done: options.done,
  });

  if (!theirs) return { form, conflict: undefined };
  const differences = theirs.fields.map((name): Difference => ({
    label: labels[name], mine: show(name, form.values[name]), theirs: show(name, theirs.values[name]),
  }));
  const conflict = (
    <Conflict
      differences={differences}
      onKeepMine={() => {
        base.current = theirs;
        form.submit();
      }}
      onTakeTheirs={() => {
        base.current = theirs;
        form.reset({ ...form.values, ...Object.fromEntries(theirs.fields.map((name) => [name, theirs.values[name]])) });
      }}
    />
  );
  return { form, conflict };
}
