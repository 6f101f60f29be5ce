import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

// EmptyList is shown instead of the rows of a list that has none. children is the action that leads on.
export function EmptyList({ title, lead, children }: { title: string; lead: string; children?: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: 'xxl' }}>
      <SpaceBetween size="s">
        <Box variant="h2">{title}</Box>
        <Box color="text-body-secondary">{lead}</Box>
        {children}
      </SpaceBetween>
    </Box>
  );
}
