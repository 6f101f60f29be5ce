import { Screen } from '../../components/screen';
import { useTexts } from '../../texts/catalogue';
import { operationTexts } from './texts';

export default function Operations() {
  const texts = useTexts(operationTexts);
  return <Screen title={texts.title}>…</Screen>;
}
