import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import type { ReactNode } from 'react';
import { asProblem } from '../api/problem';
import { createStore, useStore } from '../store';
import { useTexts } from '../texts/catalogue';
import { useProblemTexts } from '../texts/problem-text';
import { shared } from '../texts/shared';

export interface Message {
  type: 'success' | 'info' | 'warning' | 'error' | 'in-progress';
  header?: ReactNode;
  content: ReactNode;
  action?: ReactNode;
}

const store = createStore<(Message & { id: string })[]>([]);
const mostMessages = 5;
let count = 0;

// notify shows a message above the screen. Successes disappear by themselves. A message with the id of another one replaces
// it. It returns the function that removes the message.
export function notify(message: Message, id = `message-${++count}`): () => void {
  const shown = { ...message, id };
  const before = store.get();
  const isKnown = before.some((other) => other.id === id);
  store.set(isKnown ? before.map((other) => (other.id === id ? shown : other)) : [shown, ...before].slice(0, mostMessages));
  const remove = () => { store.set(store.get().filter((other) => other !== shown)); };
  if (message.type === 'success') setTimeout(remove, 8000);
  return remove;
}

// useIsShown reports whether the message with the id is shown.
export const useIsShown = (id: string) => useStore(store).some((message) => message.id === id);

// useNotifyFailure returns a function that shows why a request failed.
export function useNotifyFailure() {
  const texts = useProblemTexts();
  return (error: unknown) => notify({ type: 'error', content: texts.problem(asProblem(error)) });
}

// Messages shows the messages.
export function Messages() {
  const texts = useTexts(shared);
  const items: FlashbarProps.MessageDefinition[] = useStore(store).map(({ id, type, header, content, action }) => ({
    id, header, content, action,
    type: type === 'in-progress' ? 'info' : type,
    loading: type === 'in-progress',
    dismissible: true,
    dismissLabel: texts.dismiss,
    ariaRole: type === 'error' ? 'alert' : 'status',
    onDismiss: () => { store.set(store.get().filter((other) => other.id !== id)); },
  }));
  return <Flashbar items={items} />;
}
