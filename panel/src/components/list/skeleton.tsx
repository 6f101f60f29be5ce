// Skeleton stands for a value that is being loaded, so that the table does not jump when the value arrives.
export function Skeleton({ index }: { index: number }) {
  return <span className={`tn-skeleton tn-skeleton-${index % 4}`} aria-hidden="true" />;
}

