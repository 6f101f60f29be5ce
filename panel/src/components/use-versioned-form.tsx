import { useRef, useState, type ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { Conflict, type Difference } from './conflict';
import { useForm, type Form } from './use-form';

export interface Versioned<T> { data: T; etag: string }

interface Options<T, V, R> {
  object: Versioned<T>; // as the form opened it
  load: () => Promise<Versioned<T>>; // reads the newest version
  toValues: (object: T) => V;
  differences: (mine: V, theirs: V) => Difference[];
  check?: (values: V) => Record<string, string>;
  send: (values: V, etag: string) => Promise<R>; // etag is for the If-Match header
  done: (result: R, values: V) => void;
}

// useVersionedForm is the form that edits an object with versions. If somebody else has changed the object meanwhile, it
// compares the newest version with the one that the form opened. If they differ in a field of the form, conflict shows
// both versions. Otherwise the input is saved over the newest version.
export function useVersionedForm<T, V extends object, R>(options: Options<T, V, R>): { form: Form<V>; conflict: ReactNode } {
  const { object, load, toValues, differences, send } = options;
  const base = useRef<Versioned<V>>({ data: toValues(object.data), etag: object.etag });
  const [newest, setNewest] = useState<Versioned<V>>();

  const form = useForm<V, R>({
    initial: toValues(object.data),
    check: options.check,
    send: async (values) => {
      try {
        return await send(values, base.current.etag);
      } catch (error) {
        if (asProblem(error).code !== 'version-mismatch') throw error;
        const { data, etag } = await load();
        const theirs = { data: toValues(data), etag };
        const isUntouched = differences(base.current.data, theirs.data).length === 0;
        if (isUntouched || differences(values, theirs.data).length === 0) {
          base.current = theirs;
          return send(values, etag);
        }
        setNewest(theirs);
        throw error;
      }
    },
    done: options.done,
  });
  const conflict = newest && (
    <Conflict
      differences={differences(form.values, newest.data)}
      onKeepMine={() => {
        base.current = newest;
        form.submit();
      }}
      onTakeTheirs={() => {
        base.current = newest;
        form.reset(newest.data);
      }}
    />
  );
  return { form, conflict };
}
