import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { api, call, type Schemas } from '../../api/client';
import { noTime, toInstant, toLocal, type LocalTime } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { TextAreaField } from '../../components/fields';
import { notify } from '../../components/flash';
import { ProblemAlert } from '../../components/form-dialog';
import { Loading } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { useVersionedForm } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import { shared } from '../../texts/shared';
import { actionTexts } from '../customers/actions/texts';
import { useReasonHint } from '../customers/actions/use-reason-hint';
import { checkTimes } from '../customers/actions/times';
import { loadAccount, type Account, type PageAccount } from './account';
import { accountTexts } from './texts';

interface Values { suspendAt: LocalTime; activateAt: LocalTime; reason: string; publicMessage: string }

const local = (at: string | undefined) => (at ? toLocal(at) : noTime);

function valuesOf(schedule: Schemas['Schedule'] | undefined): Values {
  return {
    suspendAt: local(schedule?.suspendAt), activateAt: local(schedule?.activateAt),
    reason: schedule?.reason ?? '', publicMessage: schedule?.publicMessage ?? '',
  };
}

// SchedulePart suspends or activates the account at a set time.
export function SchedulePart({ account }: { account: PageAccount | undefined }) {
  if (!account?.isComplete) return <Loading />;
  const { schedule } = account.current.data;
  return <ScheduleForm key={JSON.stringify([schedule?.suspendAt, schedule?.activateAt])} account={account} />;
}

// ScheduleForm edits the schedule. When another version of it was saved, the page shows a new form.
function ScheduleForm({ account: { kind, current, changed } }: { account: PageAccount }) {
  const texts = useTexts(accountTexts).schedule;
  const times = useTexts(actionTexts);
  const common = useTexts(shared);
  const format = useFormat();
  const { id, schedule } = current.data;
  const params = { path: { customerId: id }, header: { 'If-Match': current.etag } };
  const { form, conflict } = useVersionedForm<Values, Account>({
    current,
    valuesOf: (account) => valuesOf(account.schedule),
    labels: { suspendAt: texts.suspendAt, activateAt: texts.activateAt, reason: times.reason, publicMessage: times.publicMessage },
    show: (_, value) => (typeof value === 'string' ? value : showTime(value, format.time)),
    check: ({ suspendAt, activateAt }) => checkSchedule(toInstant(suspendAt), toInstant(activateAt), { ...times, needed: texts.needed }),
    reload: () => loadAccount(kind, id),
    send: async (_, etag, { suspendAt, activateAt, reason, publicMessage }) => {
      await call(api.PUT('/v1/customers/{customerId}/schedule', {
        params: { path: { customerId: id }, header: { 'If-Match': etag } },
        body: {
          suspendAt: toInstant(suspendAt) ?? undefined, activateAt: toInstant(activateAt) ?? undefined,
          reason: reason.trim() || undefined, publicMessage: publicMessage.trim() || undefined,
        },
      }));
      return loadAccount(kind, id);
    },
    done: (saved) => {
      if (!saved) return;
      changed(saved);
      notify({ type: 'success', content: texts.saved });
    },
  });
  const removal = useForm({
    initial: {},
    send: () => call(api.DELETE('/v1/customers/{customerId}/schedule', { params })),
    done: () => {
      changed();
      notify({ type: 'success', content: texts.removed });
    },
  });
  const labels = { form, dateLabel: times.date, timeLabel: times.time };
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        form.submit();
      }}
    >
      <Container header={<Header variant="h2" description={texts.lead}>{texts.title}</Header>}>
        <SpaceBetween size="m">
          {form.problem?.code === 'version-mismatch' && conflict ? conflict : <ProblemAlert problem={form.problem ?? removal.problem} />}
          <div className="tn-pair">
            <DateTimeField {...labels} name="suspendAt" label={texts.suspendAt} hint={texts.suspendHint} />
            <DateTimeField {...labels} name="activateAt" label={texts.activateAt} hint={texts.activateHint} />
            <TextAreaField form={form} name="reason" label={times.reason} hint={useReasonHint()} optional rows={2} />
            <TextAreaField form={form} name="publicMessage" label={times.publicMessage} hint={times.publicMessageHint} optional rows={2} />
          </div>
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              {schedule && <Button formAction="none" loading={removal.isPending} onClick={removal.submit}>{texts.remove}</Button>}
              <Button variant="primary" loading={form.isPending} loadingText={common.loading}>{texts.save}</Button>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      </Container>
    </form>
  );
}

// showTime shows a time that was typed, or nothing if it is incomplete.
function showTime(value: LocalTime, format: (instant: string) => string): string {
  const instant = toInstant(value);
  return instant ? format(instant) : '';
}

// checkSchedule reports times that are incomplete, equal or missing.
export function checkSchedule(
  suspendAt: string | null | undefined, activateAt: string | null | undefined,
  texts: { invalidTime: string; endBeforeStart: string; needed: string },
): Record<string, string> {
  if (suspendAt === undefined && activateAt === undefined) return { '/suspendAt': texts.needed };
  const wrong = checkTimes(suspendAt, undefined, texts);
  if (activateAt === null) wrong['/activateAt'] = texts.invalidTime;
  if (suspendAt && suspendAt === activateAt) wrong['/activateAt'] = texts.endBeforeStart;
  return wrong;
}
