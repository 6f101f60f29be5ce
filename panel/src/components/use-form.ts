import { useRef, useState } from 'react';
import { asProblem, type Problem } from '../api/problem';

type Checked = Record<string, string | undefined>;

interface Options<V, R> {
  initial: V;
  check?: (values: V) => Checked; // what is wrong before anything is sent, by pointer
  send: (values: V) => Promise<R>;
  done: (result: R, values: V) => void;
}

// Form is the state of a form: what the user typed, whether it is being sent, and what was wrong with it.
export interface Form<V> {
  values: V;
  set: <K extends keyof V>(name: K, value: V[K]) => void;
  isPending: boolean;
  isChanged: boolean;
  problem: Problem | undefined; // the answer to the last attempt
  checked: Checked; // what the panel itself found, by pointer
  submit: () => void;
  reset: (values: V) => void;
  clearProblem: () => void;
}

// focusFirstError moves the focus to the first field with an error, once the errors are shown. The form in a dialog comes
// before the form of the screen below.
function focusFirstError() {
  setTimeout(() => {
    const dialogs = document.querySelectorAll('[role=dialog][aria-modal=true]');
    const place = dialogs[dialogs.length - 1] ?? document;
    place.querySelector<HTMLElement>('form [aria-invalid=true]')?.focus();
  });
}

// useForm keeps the state of a form. While a request runs, it ignores further submissions. The input stays until done.
export function useForm<V extends object, R>({ initial, check, send, done }: Options<V, R>): Form<V> {
  const [values, setValues] = useState(initial);
  const [isPending, setPending] = useState(false);
  const [isChanged, setChanged] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [checked, setChecked] = useState<Checked>({});
  const running = useRef(false);

  const run = async () => {
    if (running.current) return;
    const wrong = check?.(values) ?? {};
    setChecked(wrong);
    setProblem(undefined);
    if (Object.values(wrong).some((text) => text !== undefined)) {
      focusFirstError();
      return;
    }
    running.current = true;
    setPending(true);
    try {
      done(await send(values), values);
    } catch (error) {
      setProblem(asProblem(error));
      focusFirstError();
    } finally {
      running.current = false;
      setPending(false);
    }
  };

  return {
    values, isPending, isChanged, problem, checked,
    set: (name, value) => {
      setValues((before) => ({ ...before, [name]: value }));
      setChanged(true);
    },
    submit: () => { void run(); },
    reset: (next) => {
      setValues(next);
      setChanged(false);
      setProblem(undefined);
      setChecked({});
    },
    clearProblem: () => { setProblem(undefined); },
  };
}
