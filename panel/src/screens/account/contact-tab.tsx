import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, callWithTag, type Schemas } from '../../api/client';
import { checkContact, contactPatch, contactValues, type ContactValues } from '../../components/contact/contact';
import { ContactFields, useContactLabels } from '../../components/contact/contact-fields';
import { notify } from '../../components/flash';
import { Failure, Loading } from '../../components/screen';
import { useVersionedForm, type Versioned } from '../../components/versioned-form';
import { session } from '../../session/session';
import { useTexts } from '../../texts/catalogue';
import { useProblemTexts } from '../../texts/problem-text';
import { shared } from '../../texts/shared';
import { OwnForm } from './own-form';
import { ownTexts } from './texts';

type Contact = Schemas['Contact'];

async function loadContact(signal?: AbortSignal): Promise<Versioned<Contact>> {
  const { data, etag } = await callWithTag(api.GET('/v1/me', { signal }));
  return { data: data.account.contact ?? { name: '', email: '' }, etag };
}

// ContactTab edits the caller's contact.
export function ContactTab() {
  const query = useQuery({
    queryKey: ['me', 'contact'], queryFn: ({ signal }) => loadContact(signal), gcTime: 0, refetchOnWindowFocus: false,
  });
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return query.data ? <ContactForm key={query.data.etag} contact={query.data} /> : <Loading />;
}

function ContactForm({ contact }: { contact: Versioned<Contact> }) {
  const texts = useTexts(ownTexts);
  const common = useTexts(shared);
  const problems = useProblemTexts();
  const queries = useQueryClient();
  const { labels, show } = useContactLabels();
  const [current, setCurrent] = useState('');
  const isNewEmail = (values: ContactValues) => values.email.trim() !== contact.data.email;
  const { form, conflict } = useVersionedForm<ContactValues, Contact>({
    current: contact,
    valuesOf: contactValues,
    labels, show,
    check: (values) => ({
      ...checkContact(values, common.required), ...(isNewEmail(values) && current === '' && { '/current': common.required }),
    }),
    reload: () => loadContact(),
    send: async (changes, etag) => {
      const { data, etag: version } = await callWithTag(api.PATCH('/v1/me/contact', {
        params: { header: { 'If-Match': etag } },
        body: { ...contactPatch(changes), current: changes.email === undefined ? undefined : current },
      }));
      return { data: data.contact, etag: version };
    },
    done: (saved) => {
      if (saved) notify({ type: 'success', content: texts.contactSaved });
      void queries.invalidateQueries({ queryKey: ['me'] });
      void session.changed();
    },
  });
  return (
    <OwnForm form={form} conflict={conflict} submit={texts.save}>
      <ContactFields form={form} />
      {isNewEmail(form.values) && (
        <FormField
          label={texts.current}
          description={texts.currentForEmail}
          errorText={form.checked['/current'] ?? problems.field(form.problem?.at('/current'))}
          stretch
        >
          <Input
            type="password"
            name="current"
            autoComplete="current-password"
            value={current}
            onChange={({ detail }) => { setCurrent(detail.value); }}
          />
        </FormField>
      )}
    </OwnForm>
  );
}
