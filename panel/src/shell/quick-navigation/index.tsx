import { lazy, Suspense, useEffect, useEffectEvent } from 'react';
import { createStore, useStore } from '../../store';
import { useTexts } from '../../texts/catalogue';
import { useReader } from './reader';
import { useShortcuts } from '../shortcuts';
import { quickTexts } from './texts';

const loadPalette = () => import('./palette');
const Palette = lazy(loadPalette);
const Shortcuts = lazy(() => import('./shortcuts-list'));

const opened = createStore<'palette' | 'shortcuts' | undefined>(undefined);

// QuickNavigationButton opens the quick navigation. The top bar renders it twice, for wide and for narrow windows.
export function QuickNavigationButton() {
  const texts = useTexts(quickTexts);
  return (
    <button
      type="button"
      className="tn-quick-button"
      aria-haspopup="dialog"
      aria-keyshortcuts="Control+K /"
      onClick={() => { opened.set('palette'); }}
    >
      <span>{texts.open[useReader()]}</span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
  );
}

// QuickNavigation is the one box on every screen that finds objects, screens and the actions of the screen. Ctrl-K and /
// open it; ? shows the keyboard shortcuts.
export function QuickNavigation() {
  const open = useStore(opened);
  useShortcuts({ '/': () => { opened.set('palette'); }, '?': () => { opened.set('shortcuts'); } });
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault(); // the browser would open its own search
    if (!document.querySelector('[role=dialog]')) opened.set(open === 'palette' ? undefined : 'palette');
  });
  useEffect(() => {
    const timer = setTimeout(() => { void loadPalette().catch(() => undefined); }, 1000); // so that it opens at once later
    return () => { clearTimeout(timer); };
  }, []);
  useEffect(() => {
    document.addEventListener('keydown', onKey);
    return () => { document.removeEventListener('keydown', onKey); };
  }, []);
  const close = () => { opened.set(undefined); };
  return (
    <Suspense fallback={null}>
      {open === 'palette' && <Palette close={close} />}
      {open === 'shortcuts' && <Shortcuts close={close} />}
    </Suspense>
  );
}
