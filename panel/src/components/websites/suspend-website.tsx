import { useQueryClient } from '@tanstack/react-query';
import { api, call, type Schemas } from '../../api/client';
import { notify } from '../flash';
import { FormDialog } from '../form-dialog';
import { HoldFields, holdOf, noHold, useHoldCheck } from '../hold-fields';
import { useForm } from '../use-form';
import { useTexts } from '../../texts/catalogue';
import { websiteTexts } from './texts';

// SuspendWebsite switches a website off as hosting staff does: with a reason, a public message and an end. Customers switch
// their websites off without a dialog.
export function SuspendWebsite({ website, onClose }: { website: Schemas['WebsiteView']; onClose: () => void }) {
  const texts = useTexts(websiteTexts);
  const queries = useQueryClient();
  const params = { path: { websiteId: website.id }, header: { 'If-Match': `"${website.version}"` } };
  const form = useForm({
    initial: noHold,
    check: useHoldCheck(),
    send: (values) => call(api.POST('/v1/websites/{websiteId}/suspend', { params, body: holdOf(values) })),
    done: () => {
      void queries.invalidateQueries({ queryKey: ['websites'] });
      notify({ type: 'success', content: texts.switchedOff(website.domain) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.suspendTitle(website.domain)} submit={texts.suspend} onClose={onClose}>
      <p className="tn-lead">{texts.suspendLead}</p>
      <HoldFields form={form} />
    </FormDialog>
  );
}
