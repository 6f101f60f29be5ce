import { useEffect, useRef, type ReactNode } from 'react';

interface DialogProps { label?: string; labelledBy?: string; className: string; close: () => void; children: ReactNode }

// Dialog is a native dialog over the page. Escape and a click beside it close it. The browser then returns the focus to
// where it was.
export function Dialog({ label, labelledBy, className, close, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog?.showModal();
    return () => { dialog?.close(); };
  }, []);
  return (
    // The click beside the dialog is an addition to the Escape key.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={ref}
      className={className}
      aria-label={label}
      aria-labelledby={labelledBy}
      onClose={() => { if (!ref.current?.open) close(); }}
      onClick={(event) => { if (event.target === ref.current) close(); }}
    >
      {children}
    </dialog>
  );
}
