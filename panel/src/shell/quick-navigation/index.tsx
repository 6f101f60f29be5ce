import { lazy, Suspense, useEffect, useEffectEvent, useState } from 'react';
import { useTexts } from '../../texts/catalogue';
import { useShortcuts } from '../shortcuts';
import { quickTexts } from './texts';

const Palette = lazy(() => import('./palette'));
const Shortcuts = lazy(() => import('./shortcuts-list'));

// QuickNavigation is the one box on every screen that finds objects, screens and the actions of the screen. Ctrl-K and /
// open it; ? shows the keyboard shortcuts.
export function QuickNavigation() {
  const texts = useTexts(quickTexts);
  const [open, setOpen] = useState<'palette' | 'shortcuts'>();
  useShortcuts({ '/': () => { setOpen('palette'); }, '?': () => { setOpen('shortcuts'); } });
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault(); // the browser would open its own search
    if (!document.querySelector('[role=dialog]')) setOpen(open === 'palette' ? undefined : 'palette');
  });
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
  const close = () => { setOpen(undefined); };
  return (
    <>
      <button type="button" className="tn-quick-button" aria-haspopup="dialog" aria-keyshortcuts="Control+K /" onClick={() => { setOpen('palette'); }}>
        <span>{texts.open}</span>
        <kbd aria-hidden="true">Ctrl K</kbd>
      </button>
      <Suspense fallback={null}>
        {open === 'palette' && <Palette close={close} />}
        {open === 'shortcuts' && <Shortcuts close={close} />}
      </Suspense>
    </>
  );
}
