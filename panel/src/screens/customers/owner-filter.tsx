import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { customerTexts } from './texts';

const ADMINISTRATOR = 'administrator'; // what the API calls the owner of customers without a reseller

// useOwners returns the owners that customers can have: the administrator, and the resellers that match the search.
export function useOwners(search: string) {
  const texts = useTexts(customerTexts);
  const query = useQuery({
    queryKey: ['owners', search],
    queryFn: ({ signal }) => call(api.GET('/v1/resellers', {
      params: { query: { limit: 100, search: Array.from(search).length >= 3 ? search : undefined } }, signal,
    })),
  });
  const options = [
    { value: ADMINISTRATOR, label: texts.administrator },
    ...(query.data?.items ?? []).map(({ id, contact, login }) => ({ value: id, label: contact.name, description: login })),
  ];
  return { options, isPending: query.isPending, isError: query.isError, refetch: query.refetch };
}

// OwnerFilter chooses a provider, or all. It finds resellers by name.
export function OwnerFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const common = useTexts(shared);
  const [search, setSearch] = useState('');
  const owners = useOwners(search);
  const options = [{ value: '', label: common.list.all }, ...owners.options];
  return (
    <Select
      options={options}
      statusType={owners.isPending ? 'loading' : owners.isError ? 'error' : 'finished'}
      loadingText={common.loading}
      errorText={common.failure.title}
      recoveryText={common.tryAgain}
      filteringType="manual"
      filteringPlaceholder={common.list.search}
      filteringAriaLabel={common.list.search}
      onLoadItems={({ detail }) => {
        setSearch(detail.filteringText);
        if (owners.isError) void owners.refetch();
      }}
      selectedOption={options.find((option) => option.value === value) ?? { value, label: value }}
      onChange={({ detail }) => { onChange(detail.selectedOption.value ?? ''); }}
    />
  );
}
