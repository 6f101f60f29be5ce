import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { Plan } from '../../api/client';
import { ConfirmDialog } from '../../components/confirm-dialog';
import { notify } from '../../components/flash';
import { useDescriptor, useResourceLabels, useResourceNames } from '../../components/resources/use-resources';
import { toValues, type Descriptor } from '../../components/resources/values';
import { Failure, Loading, Screen } from '../../components/screen';
import { useVersionedForm, type Versioned } from '../../components/versioned-form';
import { useTexts } from '../../texts/catalogue';
import { useFormat } from '../../texts/format';
import type { PlanKind } from './kinds';
import { PlanForm, toBody, usePlanCheck, type PlanValues } from './plan-form';
import { planTexts } from './texts';

// PlanScreen shows a plan, edits it and removes it.
export function PlanScreen({ kind }: { kind: PlanKind }) {
  const { planId = '' } = useParams();
  const texts = useTexts(planTexts);
  const format = useFormat();
  const descriptor = useDescriptor();
  const plan = useQuery({
    queryKey: ['plan', planId], queryFn: ({ signal }) => kind.get(planId, signal), refetchOnWindowFocus: false, gcTime: 0,
  });
  const error = plan.error ?? descriptor.error;
  const uses = plan.data?.data.uses ?? 0;
  return (
    <Screen
      title={plan.data?.data.name ?? '…'}
      parents={[{ text: texts[kind.name].title, href: `/${kind.name}` }]}
      actions={plan.data && <RemovePlan kind={kind} plan={plan.data.data} />}
    >
      {error && <Failure error={error} retry={() => void (plan.error ? plan.refetch() : descriptor.refetch())} />}
      {!error && !(plan.data && descriptor.data) && <Loading />}
      {uses > 0 && <Alert type="info">{texts[kind.name].usesHint(format.number(uses))}</Alert>}
      {plan.data && descriptor.data && (
        <EditPlan key={planId} kind={kind} plan={plan.data} descriptor={descriptor.data} />
      )}
    </Screen>
  );
}

function EditPlan({ kind, plan, descriptor }: { kind: PlanKind; plan: Versioned<Plan>; descriptor: Descriptor }) {
  const texts = useTexts(planTexts);
  const { separator } = useResourceNames();
  const { labels, show } = useResourceLabels(descriptor);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { id, name } = plan.data;
  const { form, conflict } = useVersionedForm<PlanValues, Plan>({
    current: plan,
    valuesOf: (current) =>
      ({ name: current.name, oversell: current.oversell ?? false, ...toValues(descriptor, kind.holder, current, separator) }),
    labels: { ...labels, name: texts.name, oversell: texts.oversellField },
    show,
    check: usePlanCheck(),
    reload: () => kind.get(id),
    send: (_, etag, values) => kind.change(id, toBody(kind, descriptor, values), etag),
    done: (saved) => {
      void queries.invalidateQueries({ queryKey: [kind.name] });
      if (saved) notify({ type: 'success', content: texts.saved(saved.data.name || name) });
      void navigate(`/${kind.name}`);
    },
  });
  return <PlanForm kind={kind} descriptor={descriptor} form={form} conflict={conflict} submit={texts.save} />;
}

function RemovePlan({ kind, plan }: { kind: PlanKind; plan: Plan }) {
  const texts = useTexts(planTexts);
  const format = useFormat();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => { setOpen(true); }}>{texts.remove}</Button>
      {isOpen && (
        <ConfirmDialog
          title={texts.removeTitle(plan.name)}
          disabled={plan.uses > 0}
          send={() => kind.remove(plan.id)}
          done={() => {
            notify({ type: 'success', content: texts.removed(plan.name) });
            void navigate(`/${kind.name}`);
            void queries.invalidateQueries({ queryKey: [kind.name] });
          }}
          onClose={() => { setOpen(false); }}
        >
          <Box>{plan.uses > 0 ? texts[kind.name].inUse(plan.name, format.counted(plan.uses, texts[kind.name].counted)) : texts.removeLead}</Box>
        </ConfirmDialog>
      )}
    </>
  );
}
