import { useEffect, useEffectEvent } from 'react';

const rowSelector = '[data-list-row]';

// focusRow gives the focus to the name in the row with the index, and reports whether there is such a row.
export function focusRow(index: number): boolean {
  const row = document.querySelectorAll<HTMLElement>(rowSelector)[index];
  row?.querySelector('a')?.focus();
  row?.scrollIntoView({ block: 'nearest' });
  return row !== undefined;
}

// isTyping reports whether the key belongs to a field or a dialog.
function isTyping(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented
    || target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox], dialog') != null
    || document.querySelector('[role=dialog][aria-modal=true]') !== null;
}

// useListKeys moves through the rows of the list with j and k, selects the current row with x, and opens the search with
// f. The current row is the one whose name has the focus, so that Enter opens it.
export function useListKeys(keys: { toggle: (index: number) => void; search: () => void }) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (isTyping(event)) return;
    const rows = [...document.querySelectorAll<HTMLElement>(rowSelector)];
    const current = rows.findIndex((row) => row.closest('tr')?.contains(document.activeElement));
    switch (event.key) {
      case 'j': focusRow(Math.min(current + 1, rows.length - 1)); break;
      case 'k': focusRow(Math.max(current - 1, 0)); break;
      case 'x': if (current >= 0) keys.toggle(current); break;
      case 'f': keys.search(); break;
      default: return;
    }
    event.preventDefault();
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
}
