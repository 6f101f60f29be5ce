import { useQuery } from '@tanstack/react-query';
import { api, call, type Schemas } from '../api/client';
import { useLanguage } from '../texts/catalogue';
import { formatAmount } from './amount';

// useResources returns the descriptor of allotments, permissions and applications, and functions that show its names and
// amounts. No names of resources are written in the panel.
export function useResources() {
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ['resources'],
    queryFn: ({ signal }) => call(api.GET('/v1/resources', { signal })),
    staleTime: Infinity,
  });
  const all: Schemas['Allotment'][] = data?.allotments ?? [];
  const find = (name: string) => all.find((allotment) => allotment.name === name);
  return {
    descriptor: data,
    title: (name: string) => find(name)?.title ?? name,
    amount: (name: string, value: number) => formatAmount(value, find(name)?.unit ?? 'pieces', language),
  };
}
