import { useEffect, useState } from 'react';

let open = 0; // dialogs that are open

// useModal belongs to every dialog over the page. While a dialog is open, the page behind it is inert: neither the keyboard
// nor a screen reader reaches it. When the dialog closes, the element that had the focus before gets it back.
export function useModal() {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    setInert(++open > 0);
    return () => {
      setInert(--open > 0);
      // The dialog releases the focus while it closes, so this waits until it has closed.
      setTimeout(() => {
        const isFree = document.activeElement === null || document.activeElement === document.body;
        if (isFree) giveBack(before);
      });
    };
  }, [before]);
}

// giveBack focuses the element, or the content of the page if the element is gone or disabled meanwhile.
function giveBack(element: Element | null) {
  if (element instanceof HTMLElement && element.isConnected && !element.matches(':disabled')) element.focus();
  else document.getElementById('content')?.focus();
}

function setInert(isInert: boolean) {
  document.getElementById('root')?.toggleAttribute('inert', isInert);
}
