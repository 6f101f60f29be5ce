import { useEffect, useEffectEvent } from 'react';

// belongsElsewhere reports whether the key belongs to a field, a menu or a dialog.
function belongsElsewhere(event: KeyboardEvent): boolean {
  const target = event.target instanceof Element ? event.target : null;
  return event.defaultPrevented || event.isComposing
    || target?.closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=menu], [role=listbox]') != null
    || document.querySelector('[role=dialog], dialog[open]') !== null;
}

// useShortcuts calls a function when its key is pressed outside fields and dialogs, without modifiers.
export function useShortcuts(keys: Record<string, () => void>) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const run = keys[event.key];
    if (!run || event.ctrlKey || event.metaKey || event.altKey || belongsElsewhere(event)) return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
}
