// Selection is what the user selected in a list: some items, which may be on different pages, or everything that matches
// the list's search and filter.
export type Selection<T> =
  | { kind: 'items'; items: readonly T[] }
  | { kind: 'matching'; total: number | undefined };

export const nothing = { kind: 'items', items: [] } as const;

export const isEmpty = (selection: Selection<unknown>) => selection.kind === 'items' && selection.items.length === 0;

// countOf returns the number of selected items, or undefined if it is unknown.
export const countOf = (selection: Selection<unknown>) =>
  (selection.kind === 'items' ? selection.items.length : selection.total);

// toggle returns the items with the item added, or removed if it is among them.
export function toggle<T>(items: readonly T[], item: T, idOf: (item: T) => string): T[] {
  const others = items.filter((other) => idOf(other) !== idOf(item));
  return others.length < items.length ? others : [...items, item];
}
