import { useLayoutEffect, useRef, type ReactNode } from 'react';

interface DialogProps { label?: string; labelledBy?: string; className: string; close: () => void; children: ReactNode }

// Dialog is a native dialog over the page. Escape and a click beside it close it. The browser then returns the focus to
// where it was. Escape closes at once: the browser's own close event comes later, when another key may already have opened
// the next dialog.
export function Dialog({ label, labelledBy, className, close, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => { // closed while still in the page: the browser does not return the focus for a removed dialog
    const dialog = ref.current;
    dialog?.showModal();
    return () => { dialog?.close(); };
  }, []);
  return (
    // The click beside the dialog is an addition to the Escape key.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      aria-labelledby={labelledBy}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.nativeEvent.isComposing) return;
        event.preventDefault();
        close();
      }}
      onClose={() => { if (ref.current?.open === false) close(); }}
      onClick={(event) => { if (event.target === ref.current) close(); }}
    >
      {children}
    </dialog>
  );
}
