import { lazy, Suspense, useState, type ComponentType, type LazyExoticComponent } from 'react';
import type { Action, Target } from './target';

export interface DialogProps {
  target: Target;
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
  const [open, setOpen] = useState<{ action: Action; target: Target }>();
  const Dialog = open && dialogs[open.action];
  const dialog = Dialog && (
    <Suspense fallback={null}>
      <Dialog target={open.target} close={() => { setOpen(undefined); }} done={done} />
    </Suspense>
  );
  return { open: (action: Action, target: Target) => { setOpen({ action, target }); }, dialog };
}
