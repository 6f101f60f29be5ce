import { useQueryClient } from '@tanstack/react-query';
import { api, call } from '../../api/client';
import { ConfirmDialog } from '../confirm-dialog';
import { TextField } from '../fields';
import { notify } from '../flash';
import { FormDialog } from '../form-dialog';
import { useForm } from '../use-form';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';
import { websiteTexts } from './texts';
import type { Website } from './website-switch';

// useRefresh returns a function that reads again what the websites of a subscription appear in.
function useRefresh() {
  const queries = useQueryClient();
  return () => {
    for (const name of ['websites', 'subscription', 'subscriptions', 'customer', 'reseller', 'trail']) void queries.invalidateQueries({ queryKey: [name] });
  };
}

// AddWebsite adds a website to a subscription.
export function AddWebsite({ subscriptionId, onClose }: { subscriptionId: string; onClose: () => void }) {
  const texts = useTexts(websiteTexts);
  const common = useTexts(shared);
  const refresh = useRefresh();
  const form = useForm({
    initial: { domain: '' },
    check: ({ domain }) => ({ ...(domain.trim() === '' && { '/domain': common.required }) }),
    send: ({ domain }) => call(api.POST('/v1/subscriptions/{subscriptionId}/websites', {
      params: { path: { subscriptionId } }, body: { domain: domain.trim() },
    })),
    done: ({ domain }) => {
      refresh();
      notify({ type: 'success', content: texts.added(domain) });
      onClose();
    },
  });
  return (
    <FormDialog form={form} title={texts.addTitle} onClose={onClose}>
      <TextField form={form} name="domain" label={texts.domain} hint={texts.domainHint} autoFocus />
    </FormDialog>
  );
}

// RemoveWebsite removes a website after a confirmation.
export function RemoveWebsite({ website, onClose }: { website: Website; onClose: () => void }) {
  const texts = useTexts(websiteTexts);
  const refresh = useRefresh();
  return (
    <ConfirmDialog
      title={texts.removeTitle(website.domain)}
      send={() => call(api.DELETE('/v1/websites/{websiteId}', {
        params: { path: { websiteId: website.id }, header: { 'If-Match': `"${website.version}"` } },
      }))}
      done={() => {
        refresh();
        notify({ type: 'success', content: texts.removed(website.domain) });
        onClose();
      }}
      onClose={onClose}
    >
      {texts.removeLead}
    </ConfirmDialog>
  );
}
