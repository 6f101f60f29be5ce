import { api, callWithTag } from '../../api/client';
import { checkContact, contactPatch, contactValues, type ContactValues } from '../../components/contact/contact';
import { ContactFields, useContactLabels } from '../../components/contact/contact-fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { loadAccount, type Account, type PageAccount } from './account';
import { accountTexts } from './texts';

export interface AccountDialogProps { account: PageAccount; close: () => void }

// ContactDialog edits the contact (guide: Changing Contact Information).
export function ContactDialog({ account: { kind, current, changed }, close }: AccountDialogProps) {
  const texts = useTexts(accountTexts);
  const common = useTexts(shared);
  const { labels, show } = useContactLabels();
  const { id } = current.data;
  const { form, conflict } = useVersionedForm<ContactValues, Account>({
    current,
    valuesOf: ({ contact }) => contactValues(contact),
    labels, show,
    check: (values) => checkContact(values, common.required),
    reload: () => loadAccount(kind, id),
    send: (changes, etag) => callWithTag(api.PATCH('/v1/customers/{customerId}/contact', {
      params: { path: { customerId: id }, header: { 'If-Match': etag } }, body: contactPatch(changes),
    })),
    done: (saved) => {
      if (saved) {
        changed(saved);
        notify({ type: 'success', content: texts.saved });
      }
      close();
    },
  });
  return (
    <FormDialog form={form} title={`${texts.editContact}: ${current.data.contact.name}`} size="large" conflict={conflict} onClose={close}>
      <ContactFields form={form} autoFocus />
    </FormDialog>
  );
}
