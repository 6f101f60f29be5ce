import RadioGroup from '@cloudscape-design/components/radio-group';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { api, call, callWithTag, type Schemas } from '../../api/client';
import { noTime, toInstant, type LocalTime } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { Field, TextAreaField } from '../../components/fields';
import { notify } from '../../components/flash';
import { FormDialog } from '../../components/form-dialog';
import { Failure, Loading } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { factsOf, useVersion } from '../../components/use-version';
import type { Versioned } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { actionTexts } from '../customers/actions/texts';
import { checkTimes } from '../customers/actions/times';
import { useAccepted } from '../customers/actions/use-accepted';
import { OwnerSelect } from '../customers/owner-select';
import { loadAccount, useAccountChanged, type Account } from './account';
import type { AccountDialogProps } from './contact-dialog';
import { accountTexts } from './texts';

// useResellerVersion returns a function that sends a change of the reseller as the page shows it.
function useResellerVersion(current: Versioned<Account>) {
  const changed = useAccountChanged('reseller', current.data.id);
  const seenOf = ({ data, etag }: Versioned<Account>) =>
    ({ etag, facts: factsOf(data.contact.name, data.login, data.status, data.lifecycle, data.used?.customers) });
  return useVersion(seenOf(current), async () => {
    const newest = await loadAccount('reseller', current.data.id);
    changed(newest);
    return seenOf(newest);
  });
}

interface HoldValues { reason: string; publicMessage: string; until: LocalTime }

// SuspendResellerDialog suspends a reseller, and with it all its customers.
export function SuspendResellerDialog({ account: { current, changed }, close }: AccountDialogProps) {
  const texts = useTexts(actionTexts);
  const reseller = useTexts(accountTexts).reseller;
  const { id, contact: { name } } = current.data;
  const version = useResellerVersion(current);
  const form = useForm<HoldValues, Versioned<Account>>({
    initial: { reason: '', publicMessage: '', until: noTime },
    check: ({ until }) => checkTimes(undefined, toInstant(until), texts),
    send: ({ reason, publicMessage, until }) => version((header) => callWithTag(api.POST('/v1/resellers/{resellerId}/suspend', {
      params: { path: { resellerId: id }, header },
      body: { reason: reason.trim() || undefined, publicMessage: publicMessage.trim() || undefined, until: toInstant(until) ?? undefined },
    }))),
    done: (saved) => {
      changed(saved);
      notify({ type: 'success', content: texts.doneSuspend(name) });
      close();
    },
  });
  return (
    <FormDialog form={form} title={texts.titles.suspend(name)} submit={texts.suspend} onClose={close}>
      <p className="tn-lead">{reseller.suspendLead}</p>
      <TextAreaField form={form} name="reason" label={texts.reason} hint={reseller.reasonHint} optional rows={2} />
      <TextAreaField form={form} name="publicMessage" label={texts.publicMessage} hint={texts.publicMessageHint} optional rows={2} />
      <DateTimeField form={form} name="until" label={texts.until} hint={reseller.untilHint} dateLabel={texts.date} timeLabel={texts.time} />
    </FormDialog>
  );
}

// ActivateResellerDialog activates a reseller. Customers that were suspended on their own stay suspended.
export function ActivateResellerDialog({ account: { current, changed }, close }: AccountDialogProps) {
  const texts = useTexts(actionTexts);
  const reseller = useTexts(accountTexts).reseller;
  const { id, contact: { name } } = current.data;
  const version = useResellerVersion(current);
  const form = useForm({
    initial: {},
    send: () => version((header) => callWithTag(api.POST('/v1/resellers/{resellerId}/activate', {
      params: { path: { resellerId: id }, header }, body: {},
    }))),
    done: (saved) => {
      changed(saved);
      const isActive = saved.data.status === 'active';
      notify({ type: isActive ? 'success' : 'warning', content: isActive ? texts.doneActivate(name) : texts.stillHeld(name) });
      close();
    },
  });
  return (
    <FormDialog form={form} title={texts.titles.activate(name)} submit={texts.activate} onClose={close}>
      <p className="tn-lead">{reseller.activateLead}</p>
    </FormDialog>
  );
}

type Fate = 'reassign' | 'remove'; // of the customers of a removed reseller

// RemoveResellerDialog removes a reseller. Its customers are reassigned to another owner, or removed too.
export function RemoveResellerDialog({ account: { current }, close }: AccountDialogProps) {
  const texts = useTexts(actionTexts);
  const reseller = useTexts(accountTexts).reseller;
  const accepted = useAccepted(close);
  const navigate = useNavigate();
  const { id, contact: { name }, used } = current.data;
  const [owner, setOwner] = useState('administrator');
  const hasCustomers = (used?.customers ?? 0) > 0;
  const version = useResellerVersion(current);
  const form = useForm<{ customers: Fate }, Schemas['AcceptResponse']>({
    initial: { customers: 'reassign' },
    check: ({ customers }) => ({ '/owner': customers === 'reassign' && owner === id ? reseller.otherOwner : undefined }),
    send: ({ customers }) => {
      const fate = customers === 'remove' ? 'remove' : `reassign:${owner}`;
      return version((header) => call(api.DELETE('/v1/resellers/{resellerId}', {
        params: { path: { resellerId: id }, query: { customers: hasCustomers ? fate : undefined }, header },
      })));
    },
    done: (response) => {
      accepted(response);
      void navigate('/resellers');
    },
  });
  const isReassigned = form.values.customers === 'reassign';
  return (
    <FormDialog form={form} title={texts.titles.remove(name)} submit={reseller.yes} onClose={close}>
      <p className="tn-lead">{reseller.removeLead}</p>
      {hasCustomers && (
        <Field form={form} name="customers" label={reseller.customers}>
          <RadioGroup
            value={form.values.customers}
            onChange={({ detail }) => { form.set('customers', detail.value as Fate); }}
            items={[
              { value: 'reassign', label: reseller.reassign, description: reseller.reassignHint },
              { value: 'remove', label: reseller.removeCustomers, description: reseller.removeCustomersHint },
            ]}
          />
        </Field>
      )}
      {hasCustomers && isReassigned && (
        <Field form={form} name="customers" pointer="/owner" label={texts.owner}><OwnerSelect value={owner} onChange={setOwner} /></Field>
      )}
      <WhatGoes id={id} customers={hasCustomers && !isReassigned} />
    </FormDialog>
  );
}

// WhatGoes lists what the removal takes with it, from a dry run.
function WhatGoes({ id, customers }: { id: string; customers: boolean }) {
  const texts = useTexts(actionTexts).goes;
  const reseller = useTexts(accountTexts).reseller;
  const format = useFormat();
  const preview = useQuery({
    queryKey: ['preview', 'remove-reseller', id, customers],
    queryFn: ({ signal }) => call(api.DELETE('/v1/resellers/{resellerId}', {
      params: { path: { resellerId: id }, query: { customers: customers ? 'remove' : 'reassign:administrator', dryRun: true } }, signal,
    })),
    staleTime: 0,
    gcTime: 0,
  });
  if (preview.isPending) return <Loading />;
  if (preview.isError) return <Failure error={preview.error} retry={() => void preview.refetch()} />;
  const forecast = preview.data.items?.[0]?.forecast;
  if (!forecast) return <p>{reseller.manyObjects}</p>;
  const kinds = ['subscriptions', 'websites', 'panelUsers', 'backups'] as const;
  const goes = [
    ...(customers && forecast.customers ? [format.counted(forecast.customers, reseller.customersGo)] : []),
    ...kinds.filter((kind) => forecast[kind]).map((kind) => format.counted(forecast[kind] ?? 0, texts[kind])),
  ];
  if (goes.length === 0) return null;
  return (
    <div role="status">
      <p className="tn-lead">{reseller.goes}</p>
      <ul className="tn-plain-list">{goes.map((text) => <li key={text}>{text}</li>)}</ul>
    </div>
  );
}
