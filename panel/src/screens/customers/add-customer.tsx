import { Screen } from '../../components/screen';
import { useTexts } from '../../texts/catalogue';
import { customerTexts } from './texts';

export default function AddCustomer() {
  const texts = useTexts(customerTexts);
  return <Screen title={texts.add} parents={[{ text: texts.title, href: '/customers' }]}>…</Screen>;
}
