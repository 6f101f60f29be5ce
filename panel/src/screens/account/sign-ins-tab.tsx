import { api, call, type Schemas } from '../../api/client';
import { ResourceList, type Column } from '../../components/list/resource-list';
import { Time } from '../../components/time';
import { useLanguage, useTexts } from '../../texts/catalogue';
import { eventText } from '../account-page/trail/changes';
import { ownTexts } from './texts';

type Entry = Schemas['Entry'];

// SignInsTab lists the events of the caller's account that are about access.
export function SignInsTab() {
  const texts = useTexts(ownTexts);
  const language = useLanguage();
  const eventOf = ({ event }: Entry) => eventText(event, language);
  const columns: Column<Entry>[] = [
    { id: 'event', header: texts.event, cell: eventOf },
    { id: 'time', header: texts.time, cell: ({ at }) => <Time at={at} /> },
    { id: 'address', header: texts.address, isOptional: true, cell: ({ address }) => address || '–' },
    { id: 'program', header: texts.program, isOptional: true, maxWidth: 420, cell: ({ userAgent }) => userAgent || '–' },
  ];
  return (
    <ResourceList<Entry>
      name="own-events"
      title={texts.tabs.signIns}
      description={texts.signInsLead}
      variant="container"
      load={({ limit, cursor, signal }) => call(api.GET('/v1/me/events', { params: { query: { limit, cursor: cursor || undefined } }, signal }))}
      columns={columns}
      idOf={({ id }) => id}
      nameOf={eventOf}
      empty={texts.noEvents}
    />
  );
}
