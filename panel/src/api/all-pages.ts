interface Page<T> { items: T[]; nextCursor?: string }

// allPages reads all pages of a list. load reads the page of a cursor, which is undefined for the first page.
export async function allPages<T>(load: (cursor: string | undefined) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await load(cursor);
    items.push(...page.items);
    cursor = page.nextCursor || undefined;
  } while (cursor);
  return items;
}

const width = 6; // requests at the same time

// forEach calls work for each item, some at a time, and returns the results in the order of the items.
export async function forEach<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  const waiting = items.entries();
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

// pageOf returns a page of a list that was read as a whole. Its cursors are positions in the list.
export function pageOf<T>(items: readonly T[], cursor: string, limit: number): Page<T> & { total: number } {
  const from = Number(cursor) || 0;
  const next = from + limit;
  return { items: items.slice(from, next), nextCursor: next < items.length ? String(next) : undefined, total: items.length };
}
