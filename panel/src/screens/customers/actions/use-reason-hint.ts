import { useRole } from '../../../session/use-me';
import { useTexts } from '../../../texts/catalogue';
import { actionTexts } from './texts';

// useReasonHint says who sees the reason of a suspension.
export function useReasonHint(): string {
  const texts = useTexts(actionTexts).reasonHint;
  return useRole() === 'administrator' ? texts.administrator : texts.reseller;
}
