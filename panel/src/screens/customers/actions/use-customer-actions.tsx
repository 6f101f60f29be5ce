import { lazy, Suspense, useState, type ComponentType, type LazyExoticComponent } from 'react';
import { rememberNames } from '../../../operations/names';
import type { Initial } from './initial';
import type { Action, Target } from './target';

export interface DialogProps {
  target: Target;
  initial?: Initial;
  close: () => void;
  done: () => void; // called after the action was accepted
}

// The dialogs are loaded when they are opened first.
const dialogs: Record<Action, LazyExoticComponent<ComponentType<DialogProps>>> = {
  suspend: lazy(() => import('./suspend-dialog')),
  activate: lazy(() => import('./activate-dialog')),
  convert: lazy(() => import('./convert-dialog')),
  move: lazy(() => import('./move-dialog')),
  remove: lazy(() => import('./remove-dialog')),
};

// useCustomerActions returns a function that opens the dialog of an action on one or more customers, and the dialog, which
// the screen renders. done is called after an action was accepted.
export function useCustomerActions(done: () => void = () => undefined) {
  const [open, setOpen] = useState<{ action: Action; target: Target; initial?: Initial }>();
  const Dialog = open && dialogs[open.action];
  const dialog = Dialog && (
    <Suspense fallback={null}>
      <Dialog target={open.target} initial={open.initial} close={() => { setOpen(undefined); }} done={done} />
    </Suspense>
  );
  const start = (action: Action, target: Target, initial?: Initial) => {
    if (target.kind === 'items') rememberNames(target.customers);
    setOpen({ action, target, initial });
  };
  return { open: start, dialog };
}
