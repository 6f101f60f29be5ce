import { useQuery } from '@tanstack/react-query';
import { api, call } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { resellerTexts } from './texts';

export const CUSTOM = 'custom'; // what the API calls "no plan"

// useResellerPlans reads the reseller plans. nameOf names the plan with an id.
export function useResellerPlans() {
  const texts = useTexts(resellerTexts);
  const query = useQuery({
    queryKey: ['reseller-plans', 'all'],
    queryFn: ({ signal }) => call(api.GET('/v1/reseller-plans', { params: { query: { limit: 100 } }, signal })),
    staleTime: 60_000,
  });
  const plans = query.data?.items ?? [];
  const options = [
    { value: CUSTOM, label: texts.custom, description: texts.customHint }, ...plans.map(({ id, name }) => ({ value: id, label: name })),
  ];
  const nameOf = (plan: string) => (plan === CUSTOM ? texts.custom : plans.find(({ id }) => id === plan)?.name ?? '…');
  return { options, nameOf, isPending: query.isPending };
}
