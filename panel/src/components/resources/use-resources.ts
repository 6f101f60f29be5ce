import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, call } from '../../api/client';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { split, UNLIMITED, type Unit } from './quantity';
import { resourceTexts } from './texts';

// useDescriptor reads which allotments, permissions and applications there are. They change only with a new version of
// the service.
export function useDescriptor() {
  return useQuery({
    queryKey: ['resources'],
    queryFn: ({ signal }) => call(api.GET('/v1/resources', { signal })),
    staleTime: Infinity,
  });
}

// useResourceNames returns functions that name resources and write their values in the user's language.
export function useResourceNames() {
  const texts = useTexts(resourceTexts);
  const format = useFormat();
  const language = useLanguage();
  return useMemo(() => {
    const names: Record<string, string> = texts.names;
    const actions: Record<string, string> = texts.actions;
    return {
      separator: language === 'de' ? ',' : '.',
      name: (resource: { name: string; title: string }) => names[resource.name] ?? resource.title,
      action: (permission: { name: string; forbids: string }) => actions[permission.name] ?? permission.forbids,
      value(value: number, unit: Unit): string {
        if (value === UNLIMITED) return texts.unlimited;
        if (unit === 'pieces') return format.number(value);
        const { amount, measure } = split(value);
        const size = measure === 'B' ? texts.bytes(format.number(amount)) : `${format.number(amount)} ${measure}`;
        return unit === 'bytes-per-month' ? `${size} ${texts.perMonth}` : size;
      },
    };
  }, [texts, format, language]);
}

export type ResourceNames = ReturnType<typeof useResourceNames>;
