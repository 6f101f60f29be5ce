import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { api, call } from '../../api/client';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { largestMeasure, split, toValue, UNLIMITED, type Quantity, type Unit } from './quantity';
import { resourceTexts } from './texts';
import { allotmentField, applicationField, permissionField, type Descriptor } from './values';

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
    // size writes a number of bytes, rounded to one decimal of the measure.
    const size = (bytes: number): string => {
      const [measure, factor] = largestMeasure(bytes);
      return measure === 'B' ? texts.bytes(format.number(bytes)) : `${format.number(Math.round((bytes / factor) * 10) / 10)} ${measure}`;
    };
    return {
      size,
      separator: language === 'de' ? ',' : '.',
      name: (resource: { name: string; title: string }) => names[resource.name] ?? resource.title,
      action: (permission: { name: string; forbids: string }) => actions[permission.name] ?? permission.forbids,
      value(value: number, unit: Unit): string {
        if (value === UNLIMITED) return texts.unlimited;
        if (unit === 'pieces') return format.number(value);
        const { amount, measure } = split(value);
        const exact = measure === 'B' ? texts.bytes(format.number(amount)) : `${format.number(amount)} ${measure}`;
        return unit === 'bytes-per-month' ? `${exact} ${texts.perMonth}` : exact;
      },
    };
  }, [texts, format, language]);
}

export type ResourceNames = ReturnType<typeof useResourceNames>;

// useResourceLabels returns the names of the fields of a form with resources, and how to show the value of one, for the
// comparison of two versions.
export function useResourceLabels(descriptor: Descriptor) {
  const texts = useTexts(resourceTexts);
  const names = useResourceNames();
  const units = new Map(descriptor.allotments.map(({ name, unit }) => [allotmentField(name) as string, unit]));
  const labels = Object.fromEntries<string>([
    ...descriptor.allotments.map((allotment): [string, string] => [allotmentField(allotment.name), names.name(allotment)]),
    ...descriptor.permissions.map((permission): [string, string] => [permissionField(permission.name), names.name(permission)]),
    ...descriptor.applications.map((application): [string, string] => [applicationField(application.name), names.name(application)]),
  ]);
  const show = (field: string, value: Quantity | boolean | string): string => {
    if (typeof value === 'string') return value;
    if (typeof value === 'boolean') return value ? texts.granted : texts.denied;
    const number = toValue(value);
    return number === undefined ? value.amount : names.value(number, units.get(field) ?? 'pieces');
  };
  return { labels, show };
}
