import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { asProblem, type Problem } from '../../api/problem';
import { noTime, toInstant, toLocal, type LocalTime } from '../../components/date-time';
import { DateTimeField } from '../../components/date-time-field';
import { TextAreaField } from '../../components/fields';
import { notify } from '../../components/flash';
import { ProblemAlert } from '../../components/form-dialog';
import { Loading } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { factsOf, useVersion } from '../../components/use-version';
import { useVersionedForm, type Versioned } from '../../components/versioned-form';
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

const seenOf = ({ data, etag }: Versioned<Account>) => ({ etag, facts: factsOf(valuesOf(data.schedule)) });

// SchedulePart suspends or activates the account at a set time.
export function SchedulePart({ account }: { account: PageAccount | undefined }) {
  return account?.isComplete ? <CurrentSchedule account={account} /> : <Loading />;
}

// CurrentSchedule shows a new form when another version of the schedule was saved, unless the user has typed something.
function CurrentSchedule({ account }: { account: PageAccount }) {
  const newest = seenOf(account.current).facts;
  const [shown, setShown] = useState(newest);
  const [isEdited, setEdited] = useState(false);
  const [removalProblem, setRemovalProblem] = useState<Problem>();
  if (shown !== newest && !isEdited) setShown(newest);
  return <ScheduleForm key={shown} {...{ account, setEdited, removalProblem, setRemovalProblem }} />;
}

interface ScheduleFormProps {
  account: PageAccount;
  setEdited: (isEdited: boolean) => void;
  removalProblem: Problem | undefined; // stays when a new form is shown
  setRemovalProblem: (problem: Problem | undefined) => void;
}

function ScheduleForm({ account: { kind, current, changed }, setEdited, removalProblem, setRemovalProblem }: ScheduleFormProps) {
  const texts = useTexts(accountTexts).schedule;
  const times = useTexts(actionTexts);
  const common = useTexts(shared);
  const format = useFormat();
  const { id, schedule } = current.data;
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
      setEdited(false);
      if (!saved) return;
      changed(saved);
      notify({ type: 'success', content: texts.saved });
    },
  });
  const { isChanged } = form;
  useEffect(() => { setEdited(isChanged); }, [isChanged, setEdited]);
  const version = useVersion(seenOf(current), async () => {
    const newest = await loadAccount(kind, id);
    changed(newest);
    return seenOf(newest);
  });
  const removal = useForm({
    initial: {},
    send: async () => {
      setRemovalProblem(undefined);
      try {
        await version((header) =>
          call(api.DELETE('/v1/customers/{customerId}/schedule', { params: { path: { customerId: id }, header } })));
      } catch (error) {
        setRemovalProblem(asProblem(error));
        throw error;
      }
    },
    done: () => {
      setEdited(false);
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
          {form.problem?.code === 'version-mismatch' && conflict ? conflict : <ProblemAlert problem={form.problem ?? removalProblem} />}
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
