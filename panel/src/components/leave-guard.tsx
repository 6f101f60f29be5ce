import { useEffect } from 'react';
import { useBlocker } from 'react-router';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';
import { ConfirmDialog } from './confirm-dialog';

// LeaveGuard asks before the user leaves a form with input that is not saved.
export function LeaveGuard({ isChanged }: { isChanged: boolean }) {
  const texts = useTexts(shared).leave;
  const blocker = useBlocker(({ currentLocation, nextLocation }) => isChanged && currentLocation.pathname !== nextLocation.pathname);
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => { event.preventDefault(); };
    window.addEventListener('beforeunload', ask);
    return () => { window.removeEventListener('beforeunload', ask); };
  }, [isChanged]);
  if (blocker.state !== 'blocked') return null;
  return (
    <ConfirmDialog
      title={texts.title}
      confirm={texts.leave}
      send={() => Promise.resolve()}
      done={() => { blocker.proceed(); }}
      onClose={() => { blocker.reset(); }}
    >
      {texts.lead}
    </ConfirmDialog>
  );
}
