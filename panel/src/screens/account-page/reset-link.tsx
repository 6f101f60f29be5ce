import Button from '@cloudscape-design/components/button';
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { ProblemAlert } from '../../components/form-dialog';
import { useForm } from '../../components/use-form';
import { factsOf, useVersion } from '../../components/use-version';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { loadAccount, type Account } from './account';
import { accountTexts } from './texts';

// ResetLink makes a password reset link and shows it, or sends one to the account's e-mail address. Then it calls done.
export function ResetLink({ account, done }: { account: Account; done: () => void }) {
  const texts = useTexts(accountTexts).loginDialog;
  const common = useTexts(shared);
  const format = useFormat();
  const [link, setLink] = useState<Schemas['ShownLink']>();
  const [sentTo, setSentTo] = useState<string>();
  const path = { customerId: account.id };
  const seenOf = ({ version, login, contact }: Account) => ({ etag: `"${version}"`, facts: factsOf(login, contact.name, contact.email) });
  const version = useVersion(seenOf(account), async () => seenOf((await loadAccount(account.resources ? 'reseller' : 'customer', account.id)).data));
  const show = useForm({
    initial: {},
    send: () => version((header) => call(api.POST('/v1/customers/{customerId}/reset-link', { params: { path, header } }))),
    done: (shown) => {
      setLink(shown);
      done();
    },
  });
  const send = useForm({
    initial: {},
    send: () => version((header) => call(api.POST('/v1/customers/{customerId}/reset-link/send', { params: { path, header } }))),
    done: ({ to }) => {
      setSentTo(to);
      done();
    },
  });
  return (
    <section className="tn-section" aria-labelledby="reset-link">
      <SpaceBetween size="xs">
        <div className="tn-value">
          <strong id="reset-link">{texts.linkTitle}</strong>
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" loading={show.isPending} loadingText={common.loading} onClick={show.submit}>{texts.showLink}</Button>
            <Button formAction="none" loading={send.isPending} loadingText={common.loading} onClick={send.submit}>{texts.send}</Button>
          </SpaceBetween>
        </div>
        <div className="tn-faint">{texts.linkLead}</div>
        <ProblemAlert problem={show.problem ?? send.problem} />
        <div role="status">
          {link && (
            <div className="tn-link">
              <CopyToClipboard
                variant="inline"
                textToCopy={link.url}
                copyButtonAriaLabel={texts.copy}
                copySuccessText={texts.copied}
                copyErrorText={texts.copyFailed}
              />
              <div className="tn-faint">{texts.validUntil(format.time(link.expiresAt))}</div>
            </div>
          )}
          {sentTo && <StatusIndicator type="success">{texts.sent(sentTo)}</StatusIndicator>}
        </div>
      </SpaceBetween>
    </section>
  );
}
