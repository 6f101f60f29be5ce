import type { Forecast } from './use-preview';

// Need is how much of one limited allotment the customers need, and how much of it the new owner has left.
export interface Need { resource: string; needed: number; unlimited: number; available: number }

// needsOf sums what the customers of a move need. The first forecast says what the new owner has left before them. It
// returns nothing if the owner has no limits.
export function needsOf(forecast: Forecast): Need[] {
  const demands = forecast.items.flatMap(({ forecast: found }) => (found?.capacity ? [found.capacity] : []));
  const available = forecast.items.find(({ forecast: found }) => found?.available)?.forecast?.available ?? {};
  return Object.entries(available).map(([resource, left]) => {
    const sum = (part: (demand: (typeof demands)[number]) => number | undefined) =>
      demands.reduce((total, demand) => total + (part(demand) ?? 0), 0);
    const needed = resource === 'max_cl' ? sum(({ customers }) => customers) : sum(({ given }) => given[resource]);
    return { resource, needed, unlimited: sum(({ unlimited }) => unlimited[resource]), available: left };
  });
}

export const isShort = ({ needed, unlimited, available }: Need) => available >= 0 && (unlimited > 0 || needed > available);
