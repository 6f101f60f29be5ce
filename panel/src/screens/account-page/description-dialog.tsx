import { api, callWithTag } from '../../api/client';
import { TextAreaField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { loadAccount, type Account } from './account';
import type { AccountDialogProps } from './contact-dialog';
import { accountTexts } from './texts';

// DescriptionDialog edits a note about the account (guide: Adding Descriptions). author says whose note it is.
export function DescriptionDialog({ account: { kind, current, changed }, author, close }: AccountDialogProps & { author: 'owner' | 'administrator' }) {
  const texts = useTexts(accountTexts);
  const { id, contact, owner } = current.data;
  const isOther = author === 'owner' && owner.kind === 'reseller';
  const label = isOther ? texts.sidebar.ownerDescription : texts.sidebar.description;
  const { form, conflict } = useVersionedForm<{ text: string }, Account>({
    current,
    valuesOf: ({ description, adminDescription }) => ({ text: (author === 'owner' ? description : adminDescription) ?? '' }),
    labels: { text: label },
    reload: () => loadAccount(kind, id),
    send: (_, etag, { text }) => callWithTag(api.PUT('/v1/customers/{customerId}/description', {
      params: { path: { customerId: id }, header: { 'If-Match': etag } }, body: { text: text.trim(), of: author },
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
    <FormDialog form={form} title={texts.descriptionDialog.title(contact.name)} conflict={conflict} onClose={close}>
      <TextAreaField form={form} name="text" label={label} hint={texts.descriptionDialog.hint} rows={6} autoFocus />
    </FormDialog>
  );
}
