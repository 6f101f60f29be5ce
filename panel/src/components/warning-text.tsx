import Icon from '@cloudscape-design/components/icon';
import type { ReactNode } from 'react';

// WarningText is a warning of one sentence. Cloudscape's StatusIndicator breaks lines within words.
export function WarningText({ children }: { children: ReactNode }) {
  return <div className="tn-warning"><Icon name="status-warning" variant="warning" /> <span>{children}</span></div>;
}
