import Select from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call } from '../../api/client';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { customerTexts } from './texts';

const ADMINISTRATOR = 'administrator'; // what the API calls the owner of customers without a reseller

// useOwners returns the owners that customers can have: the administrator, and the resellers that match the search.
function useOwners(search: string) {
  const texts = useTexts(customerTexts);
  const isSearch = Array.from(search.trim()).length >= 3;
  const query = useQuery({
    queryKey: ['owners', isSearch ? search.trim() : ''],
    queryFn: ({ signal }) => call(api.GET('/v1/resellers', {
      params: { query: { limit: 100, search: isSearch ? search.trim() : undefined } }, signal,
    })),
  });
  const resellers = (query.data?.items ?? []).map(({ id, contact, login }) => ({ value: id, label: contact.name, description: login }));
  const administrator = { value: ADMINISTRATOR, label: texts.administrator };
  return { options: search === '' ? [administrator, ...resellers] : resellers, query };
}

interface OwnerSelectProps {
  value: string;
  onChange: (value: string) => void;
  allowsAll?: boolean; // whether "all" can be chosen, as in filters
  placeholder?: string;
}

// OwnerSelect chooses a provider: the administrator or a reseller, which it finds by name.
export function OwnerSelect({ value, onChange, allowsAll = false, placeholder }: OwnerSelectProps) {
  const common = useTexts(shared);
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<{ value: string; label: string }>();
  const { options, query } = useOwners(search);
  const all = allowsAll && search === '' ? [{ value: '', label: common.list.all }, ...options] : options;
  const selected = all.find((option) => option.value === value) ?? (chosen?.value === value ? chosen : undefined);
  return (
    <Select
      options={all}
      placeholder={placeholder}
      statusType={query.isPending ? 'loading' : query.isError ? 'error' : 'finished'}
      loadingText={common.loading}
      errorText={common.failure.title}
      recoveryText={common.tryAgain}
      filteringType="manual"
      filteringPlaceholder={common.list.search}
      filteringAriaLabel={common.list.search}
      empty={common.list.noMatch}
      expandToViewport
      onLoadItems={({ detail }) => {
        setSearch(detail.filteringText);
        if (query.isError) void query.refetch();
      }}
      selectedOption={selected ?? (value ? { value, label: value } : null)}
      onChange={({ detail }) => {
        const { value: next = '', label = next } = detail.selectedOption;
        setChosen({ value: next, label });
        onChange(next);
      }}
    />
  );
}
