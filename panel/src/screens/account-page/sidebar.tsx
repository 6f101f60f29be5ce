import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs, { type KeyValuePairsProps } from '@cloudscape-design/components/key-value-pairs';
import ExternalLink from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useContactLabels } from '../../components/contact/contact-fields';
import { Link } from '../../components/link';
import { Status } from '../../components/status';
import { Time } from '../../components/time';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import type { Account, PageAccount } from './account';
import { ChangeStatus, type Action } from './actions';
import { accountTexts } from './texts';

// SidebarProps.open opens the dialog of an action. canChange is false while an operation works on the account.
interface SidebarProps { account: PageAccount; open: (action: Action) => void; canChange: boolean; children?: ReactNode }

// Sidebar is the guide's right sidebar: who the account is, and what can be done with it.
export function Sidebar({ account, open, canChange, children }: SidebarProps) {
  const texts = useTexts(accountTexts);
  const isAdministrator = useRole() === 'administrator';
  const { data } = account.current;
  return (
    <>
      <Container header={<Header variant="h2">{texts.sidebar.title}</Header>}>
        <SpaceBetween size="m">
          <KeyValuePairs items={useFacts(account, open, canChange)} />
          {children}
          <hr className="tn-rule" />
          <ul className="tn-action-list">
            <li><Button variant="inline-link" iconName="edit" disabled={!canChange} onClick={() => { open('contact'); }}>{texts.editContact}</Button></li>
            <li><Button variant="inline-link" iconName="key" disabled={!canChange} onClick={() => { open('login'); }}>{texts.changeLogin}</Button></li>
            {isAdministrator && account.kind === 'customer' && (
              <li><Button variant="inline-link" iconName="group" disabled={!canChange} onClick={() => { open('convert'); }}>{texts.convert}</Button></li>
            )}
            <li>
              <Button variant="inline-link" iconName="remove" disabled={data.lifecycle === 'removing'} onClick={() => { open('remove'); }}>{texts.remove}</Button>
            </li>
          </ul>
        </SpaceBetween>
      </Container>
      <ContactCard account={data} />
    </>
  );
}

function useFacts(account: PageAccount, open: (action: Action) => void, canChange: boolean): KeyValuePairsProps.Item[] {
  const texts = useTexts(accountTexts);
  const isAdministrator = useRole() === 'administrator';
  const { data } = account.current;
  const facts: KeyValuePairsProps.Item[] = [{
    label: texts.sidebar.status,
    value: (
      <SpaceBetween size="xs">
        <Status status={data.status} />
        <ScheduleNote account={data} />
        <ChangeStatus status={data.status} disabled={!canChange} open={open} />
      </SpaceBetween>
    ),
  }];
  if (isAdministrator && account.kind === 'customer') {
    facts.push({
      label: texts.sidebar.provider,
      value: (
        <div className="tn-value">
          <OwnerName account={data} />
          <Button variant="inline-link" disabled={!canChange} onClick={() => { open('move'); }}>{texts.move}</Button>
        </div>
      ),
    });
  }
  facts.push(...useDescriptions(account, open, canChange));
  facts.push({ label: texts.sidebar.login, value: <span className="tn-break">{data.login}</span> });
  if (data.externalId) facts.push({ label: texts.sidebar.externalId, value: data.externalId });
  facts.push({ label: texts.sidebar.created, value: <Time at={data.createdAt} dateOnly /> });
  return facts;
}

export function OwnerName({ account: { owner } }: { account: Account }) {
  const texts = useTexts(accountTexts);
  return owner.kind === 'reseller' ? <Link href={`/resellers/${owner.id}`}>{owner.name || owner.login}</Link> : <>{texts.administrator}</>;
}

// ScheduleNote says what the schedule is going to do.
function ScheduleNote({ account: { schedule } }: { account: Account }) {
  const texts = useTexts(accountTexts).planned;
  if (!schedule) return null;
  const [before, after] = texts.suspension('|').split('|');
  const [beforeEnd, afterEnd] = texts.activation('|').split('|');
  return (
    <Box variant="small" display="block">
      {schedule.suspendAt && <div>{before}<Time at={schedule.suspendAt} />{after}</div>}
      {schedule.activateAt && <div>{beforeEnd}<Time at={schedule.activateAt} />{afterEnd}</div>}
    </Box>
  );
}

// useDescriptions returns the notes about the account. The administrator has a note of its own about the customers of
// resellers, and may edit the reseller's note too (guide: Adding Descriptions).
function useDescriptions(account: PageAccount, open: (action: Action) => void, canChange: boolean): KeyValuePairsProps.Item[] {
  const texts = useTexts(accountTexts);
  const isAdministrator = useRole() === 'administrator';
  const { data } = account.current;
  const note = (label: string, text: string | undefined, action: Action) => ({
    label,
    value: (
      <div className="tn-value">
        {text && <span className="tn-note">{text}</span>}
        <Button variant="inline-link" ariaLabel={`${text ? texts.edit : texts.addDescription} ${label}`} disabled={!canChange || !account.isComplete} onClick={() => { open(action); }}>
          {text ? texts.edit : texts.addDescription}
        </Button>
      </div>
    ),
  });
  if (!isAdministrator || data.owner.kind !== 'reseller') return [note(texts.sidebar.description, data.description, 'description')];
  return [
    note(texts.sidebar.ownDescription, data.adminDescription, 'administrator-description'),
    note(texts.sidebar.ownerDescription, data.description, 'description'),
    ...(data.formerDescriptions ?? []).map(({ owner, text }) => ({
      label: texts.formerDescription(owner === 'administrator' ? texts.administrator : owner), value: <span className="tn-note">{text}</span>,
    })),
  ];
}

function ContactCard({ account: { contact, mailTrouble } }: { account: Account }) {
  const texts = useTexts(accountTexts);
  const { labels, show } = useContactLabels();
  const town = [contact.postalCode, contact.city].filter(Boolean).join(' ');
  const address = [contact.address, town, contact.state, contact.country && show('country', contact.country)].filter(Boolean).join('\n');
  const items: KeyValuePairsProps.Item[] = [{
    label: labels.email,
    value: (
      <>
        <ExternalLink href={`mailto:${contact.email}`}>{contact.email}</ExternalLink>
        {mailTrouble && <Box color="text-status-error" variant="small" display="block">{texts.mailTrouble[mailTrouble.kind]} (<Time at={mailTrouble.since} />)</Box>}
      </>
    ),
  }];
  if (contact.company) items.unshift({ label: labels.company, value: <span className="tn-break">{contact.company}</span> });
  if (contact.phone) items.push({ label: labels.phone, value: <ExternalLink href={`tel:${contact.phone.replace(/[^+\d]/g, '')}`}>{contact.phone}</ExternalLink> });
  if (contact.fax) items.push({ label: labels.fax, value: contact.fax });
  if (address) items.push({ label: labels.address, value: <span className="tn-note">{address}</span> });
  return (
    <Container header={<Header variant="h2">{texts.sidebar.contact}</Header>}>
      <KeyValuePairs items={items} />
    </Container>
  );
}
