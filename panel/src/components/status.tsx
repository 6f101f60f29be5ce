import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTexts } from '../texts/catalogue';
import { shared } from '../texts/shared';

// Status shows whether an object is active or suspended. note says more, such as that its owner is suspended.
export function Status({ status, note }: { status: 'active' | 'suspended'; note?: string }) {
  const texts = useTexts(shared);
  return (
    <>
      <StatusIndicator type={status === 'active' ? 'success' : 'stopped'}>{texts.status[status]}</StatusIndicator>
      {note && <div className="tn-faint">{note}</div>}
    </>
  );
}
