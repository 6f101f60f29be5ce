import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { countOf, onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';
import type { Forecast } from './use-preview';

// useTargetName names the customers of an action: one by name, several by their number. The forecast knows how many match a
// filter.
export function useTargetName() {
  const texts = useTexts(actionTexts);
  const format = useFormat();
  return (target: Target, forecast?: Pick<Forecast, 'total'>): string => {
    const count = countOf(target) ?? forecast?.total;
    return onlyCustomer(target)?.name ?? (count === undefined ? texts.allMatching : format.counted(count, texts.customers));
  };
}
