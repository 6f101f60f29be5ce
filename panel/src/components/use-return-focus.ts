import { useEffect, useState } from 'react';

// useReturnFocus gives the focus back, when a dialog closes, to the element that had it before the dialog opened.
export function useReturnFocus() {
  const [before] = useState(() => document.activeElement);
  useEffect(() => () => {
    // The dialog releases the focus while it closes, so this waits until it has closed.
    setTimeout(() => {
      const isFree = document.activeElement === null || document.activeElement === document.body;
      if (isFree && before instanceof HTMLElement && before.isConnected) before.focus();
    });
  }, [before]);
}
