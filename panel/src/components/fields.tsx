import FormField from '@cloudscape-design/components/form-field';
import Input, { type InputProps } from '@cloudscape-design/components/input';
import Select, { type SelectProps } from '@cloudscape-design/components/select';
import Textarea from '@cloudscape-design/components/textarea';
import type { ReactNode } from 'react';
import { useTexts } from '../texts/catalogue';
import { useProblemTexts } from '../texts/problem-text';
import { shared } from '../texts/shared';
import type { Form } from './use-form';

interface FieldProps<V> {
  form: Form<V>;
  name: keyof V & string;
  label: string;
  pointer?: string; // where the API reports problems of this field; default: /<name>
  hint?: ReactNode;
  optional?: boolean;
}

// useFieldError returns the text of what is wrong with the field, or "".
function useFieldError<V>({ form, name, pointer = `/${name}` }: FieldProps<V>): string {
  const problems = useProblemTexts();
  return form.checked[pointer] ?? problems.field(form.problem?.at(pointer));
}

// Field is a labelled control with its error. Use it for controls that have no component below.
export function Field<V>(props: FieldProps<V> & { children: ReactNode }) {
  const texts = useTexts(shared);
  const label = props.optional ? <>{props.label} <i>– {texts.optional}</i></> : props.label;
  return (
    <FormField label={label} description={props.hint} errorText={useFieldError(props)} stretch>
      {props.children}
    </FormField>
  );
}

type TextValues<V> = { [K in keyof V as V[K] extends string ? K : never]: string };

interface TextFieldProps<V> extends FieldProps<V> {
  type?: InputProps['type'];
  autoComplete?: string;
  autoFocus?: boolean;
  placeholder?: string;
}

// TextField edits one line of text. While the form is sent, this and the other fields are read-only: a form that stays
// then shows what was saved.
export function TextField<V extends TextValues<V>>(props: TextFieldProps<V>) {
  const { form, name } = props;
  const isCode = props.type === 'password' || props.type === 'email' || name === 'login';
  return (
    <Field {...props}>
      <Input
        name={name}
        type={props.type ?? 'text'}
        value={form.values[name]}
        readOnly={form.isPending}
        autoComplete={props.autoComplete ?? false}
        autoFocus={props.autoFocus}
        placeholder={props.placeholder}
        spellcheck={isCode ? false : undefined}
        nativeInputAttributes={isCode ? { autoCapitalize: 'none' } : undefined}
        onChange={({ detail }) => { form.set(name, detail.value as V[typeof name]); }}
      />
    </Field>
  );
}

// TextAreaField edits several lines of text.
export function TextAreaField<V extends TextValues<V>>(props: FieldProps<V> & { rows?: number; autoFocus?: boolean }) {
  const { form, name } = props;
  return (
    <Field {...props}>
      <Textarea
        name={name}
        rows={props.rows ?? 3}
        autoFocus={props.autoFocus}
        value={form.values[name]}
        readOnly={form.isPending}
        onChange={({ detail }) => { form.set(name, detail.value as V[typeof name]); }}
      />
    </Field>
  );
}

interface SelectFieldProps<V> extends FieldProps<V> {
  options: SelectProps.Option[];
  status?: SelectProps['statusType'];
  filter?: boolean; // whether the options have a search field
}

// SelectField chooses one of several values.
export function SelectField<V>(props: SelectFieldProps<V>) {
  const { form, name, options } = props;
  const texts = useTexts(shared);
  return (
    <Field {...props}>
      <Select
        options={options}
        statusType={props.status ?? 'finished'}
        loadingText={texts.loading}
        filteringType={props.filter ? 'auto' : 'none'}
        filteringPlaceholder={texts.list.search}
        readOnly={form.isPending}
        selectedOption={options.find(({ value }) => value === form.values[name]) ?? null}
        onChange={({ detail }) => { form.set(name, detail.selectedOption.value as V[typeof name]); }}
      />
    </Field>
  );
}
