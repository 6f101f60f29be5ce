import type { Difference } from '../conflict';
import { toValue } from './quantity';
import { resourceTexts } from './texts';
import { useTexts } from '../../texts/catalogue';
import { useResourceNames } from './use-resources';
import { allotmentsOf, type Descriptor, type Holder, type ResourceValues } from './values';

// useResourceDifferences returns a function that compares two versions of resources, one line for each that differs.
export function useResourceDifferences() {
  const texts = useTexts(resourceTexts);
  const names = useResourceNames();
  return (descriptor: Descriptor, holder: Holder, mine: ResourceValues, theirs: ResourceValues): Difference[] => {
    const granted = (isGranted = false) => (isGranted ? texts.granted : texts.denied);
    const rows = [
      ...allotmentsOf(descriptor, holder).map((allotment) => {
        const value = ({ allotments }: ResourceValues) => {
          const quantity = allotments[allotment.name];
          const number = quantity && toValue(quantity);
          return number === undefined ? quantity?.amount ?? '' : names.value(number, allotment.unit);
        };
        return { label: names.name(allotment), mine: value(mine), theirs: value(theirs) };
      }),
      ...descriptor.permissions.map((permission) => ({
        label: names.name(permission), mine: granted(mine.permissions[permission.name]), theirs: granted(theirs.permissions[permission.name]),
      })),
      ...descriptor.applications.map((application) => ({
        label: names.name(application),
        mine: granted(mine.applications.includes(application.name)), theirs: granted(theirs.applications.includes(application.name)),
      })),
    ];
    return rows.filter((row) => row.mine !== row.theirs);
  };
}
