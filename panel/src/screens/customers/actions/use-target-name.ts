import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { countOf, onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';

// useTargetName names the customers of an action: one by name, several by their number.
export function useTargetName() {
  const texts = useTexts(actionTexts);
  const format = useFormat();
  return (target: Target): string => {
    const count = countOf(target);
    return onlyCustomer(target)?.name ?? (count === undefined ? texts.allMatching : texts.customers(format.number(count)));
  };
}
