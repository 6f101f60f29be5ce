import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { UNLIMITED } from '../../components/resources/quantity';
import { useDescriptor, useResourceNames } from '../../components/resources/use-resources';
import { allotmentsOf } from '../../components/resources/values';
import { Failure, Loading } from '../../components/screen';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import type { Account, PageAccount } from '../account-page/account';
import { LimitsDialog } from './limits-dialog';
import { useResellerPlans } from './plans';
import { resellerTexts } from './texts';

// Resources shows what a reseller may give out and what it has given out, and changes its plan and limits.
export function Resources({ account }: { account: PageAccount | undefined }) {
  const texts = useTexts(resellerTexts);
  const format = useFormat();
  const plans = useResellerPlans();
  const [isEditing, setEditing] = useState(false);
  if (!account) return <Loading />;
  const { data } = account.current;
  const { used, resellerPlan = '', oversell } = data;
  const owned = [format.counted(used?.customers ?? 0, texts.customers), format.counted(used?.subscriptions ?? 0, texts.subscriptions)].join(', ');
  return (
    <>
      <Container
        header={(
          <Header
            variant="h2"
            description={texts.resourcesLead}
            actions={<Button disabled={!account.isComplete || data.lifecycle !== 'ready'} onClick={() => { setEditing(true); }}>{texts.change}</Button>}
          >
            {texts.resources}
          </Header>
        )}
      >
        <SpaceBetween size="l">
          <KeyValuePairs
            columns={3}
            items={[
              { label: texts.plan, value: plans.nameOf(resellerPlan) },
              { label: texts.used, value: owned },
              ...(oversell ? [{ label: texts.limit, value: texts.oversells }] : []),
            ]}
          />
          <Usage account={data} />
        </SpaceBetween>
      </Container>
      {isEditing && <LimitsDialog account={account} close={() => { setEditing(false); }} />}
    </>
  );
}

// Usage compares each allotment's use with its limit.
function Usage({ account: { resources, used, oversell } }: { account: Account }) {
  const texts = useTexts(resellerTexts);
  const names = useResourceNames();
  const format = useFormat();
  const descriptor = useDescriptor();
  if (descriptor.isPending) return <Loading />;
  if (descriptor.isError) return <Failure error={descriptor.error} retry={() => void descriptor.refetch()} />;
  const rows = allotmentsOf(descriptor.data, 'reseller').map((allotment) => {
    const limit = resources?.allotments?.[allotment.name] ?? UNLIMITED;
    const given = allotment.name === 'max_cl' ? used?.customers ?? 0 : used?.allotments[allotment.name] ?? 0;
    const unlimited = used?.unlimited[allotment.name] ?? 0;
    return { allotment, limit, given, unlimited, isOver: limit !== UNLIMITED && (given > limit || unlimited > 0) };
  });
  return (
    <table className="tn-usage">
      <thead><tr><th scope="col">{texts.resource}</th><th scope="col">{texts.used}</th><th scope="col">{texts.limit}</th></tr></thead>
      <tbody>
        {rows.map(({ allotment, limit, given, unlimited, isOver }) => (
          <tr key={allotment.name}>
            <th scope="row">{names.name(allotment)}</th>
            <td>
              {names.value(given, allotment.unit)}
              {unlimited > 0 && <div className="tn-faint">{texts.unlimitedFor(format.number(unlimited))}</div>}
              {limit > 0 && <progress aria-hidden="true" max={limit} value={Math.min(given, limit)} />}
            </td>
            <td>
              {isOver && !oversell
                ? <StatusIndicator type="warning">{names.value(limit, allotment.unit)}</StatusIndicator> : names.value(limit, allotment.unit)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
