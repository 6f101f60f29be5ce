import LiveRegion from '@cloudscape-design/components/live-region';

// LiveRegionText is read by screen readers when it changes, and is invisible.
export function LiveRegionText({ children, assertive = false }: { children: string; assertive?: boolean }) {
  return <LiveRegion hidden assertive={assertive}>{children}</LiveRegion>;
}
