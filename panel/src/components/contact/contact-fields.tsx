import ColumnLayout from '@cloudscape-design/components/column-layout';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { countries, countryName } from '../countries';
import { Field, TextAreaField, TextField } from '../fields';
import { languageName } from '../languages';
import type { Form } from '../use-form';
import type { ContactField, ContactValues } from './contact';
import { contactTexts } from './texts';

const mailLanguages = ['en', 'de'];

// useContactLabels returns the names of the fields, and how to show a value of one.
export function useContactLabels() {
  const texts = useTexts(contactTexts);
  const language = useLanguage();
  const labels: Record<ContactField, string> = texts;
  const show = (name: ContactField, value: string) => {
    if (name === 'country' && value) return countryName(value, language);
    return name === 'locale' && value ? languageName(value, language) : value;
  };
  return { labels, show };
}

// ContactFields are the fields of a contact. prefix is where the API reports their problems, such as "/contact".
export function ContactFields({ form, prefix = '', autoFocus }: { form: Form<ContactValues>; prefix?: string; autoFocus?: boolean }) {
  const { labels } = useContactLabels();
  const of = (name: ContactField) => ({ form, name, label: labels[name], pointer: `${prefix}/${name}` });
  return (
    <SpaceBetween size="m">
      <ColumnLayout columns={2}>
        <TextField {...of('name')} autoFocus={autoFocus} />
        <TextField {...of('company')} optional />
        <TextField {...of('email')} type="email" />
        <TextField {...of('phone')} optional />
      </ColumnLayout>
      <TextAreaField {...of('address')} rows={2} optional />
      <ColumnLayout columns={2}>
        <TextField {...of('postalCode')} optional />
        <TextField {...of('city')} optional />
        <TextField {...of('state')} optional />
        <CountryField {...of('country')} />
        <TextField {...of('fax')} optional />
        <LocaleField {...of('locale')} />
      </ColumnLayout>
    </SpaceBetween>
  );
}

interface ChoiceProps { form: Form<ContactValues>; name: ContactField; label: string; pointer: string }

function CountryField(props: ChoiceProps) {
  const texts = useTexts(contactTexts);
  const language = useLanguage();
  const value = props.form.values.country;
  const options = [{ value: '', label: texts.noCountry }, ...countries(language).map((country) => ({ ...country, tags: [country.value] }))];
  return (
    <Field {...props} optional>
      <Select
        options={options}
        filteringType="auto"
        filteringPlaceholder={texts.findCountry}
        filteringAriaLabel={texts.findCountry}
        selectedOption={options.find((option) => option.value === value) ?? { value, label: value }}
        onChange={({ detail }) => { props.form.set('country', detail.selectedOption.value ?? ''); }}
      />
    </Field>
  );
}

function LocaleField(props: ChoiceProps) {
  const texts = useTexts(contactTexts);
  const language = useLanguage();
  const value = props.form.values.locale;
  const known = value && !mailLanguages.includes(value) ? [...mailLanguages, value] : mailLanguages;
  const options = [{ value: '', label: texts.noLocale }, ...known.map((locale) => ({ value: locale, label: languageName(locale, language) }))];
  return (
    <Field {...props} optional>
      <Select
        options={options}
        selectedOption={options.find((option) => option.value === value) ?? null}
        onChange={({ detail }) => { props.form.set('locale', detail.selectedOption.value ?? ''); }}
      />
    </Field>
  );
}
