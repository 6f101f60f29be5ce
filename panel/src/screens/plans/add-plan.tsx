import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import type { Plan } from '../../api/client';
import { notify } from '../../components/flash';
import { useDescriptor } from '../../components/resources/use-resources';
import { toValues, type Descriptor } from '../../components/resources/values';
import { Failure, Loading, Screen } from '../../components/screen';
import { useForm } from '../../components/use-form';
import { useTexts } from '../../texts/catalogue';
import type { PlanKind } from './kinds';
import { PlanForm, toBody, usePlanCheck, type PlanValues } from './plan-form';
import { planTexts } from './texts';

// AddPlan is the screen that adds a plan.
export function AddPlan({ kind }: { kind: PlanKind }) {
  const texts = useTexts(planTexts)[kind.name];
  const descriptor = useDescriptor();
  return (
    <Screen title={texts.add} parents={[{ text: texts.title, href: `/${kind.name}` }]}>
      {descriptor.isPending && <Loading />}
      {descriptor.isError && <Failure error={descriptor.error} retry={() => void descriptor.refetch()} />}
      {descriptor.data && <NewPlan kind={kind} descriptor={descriptor.data} />}
    </Screen>
  );
}

function NewPlan({ kind, descriptor }: { kind: PlanKind; descriptor: Descriptor }) {
  const texts = useTexts(planTexts);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm<PlanValues, Plan>({
    initial: { name: '', oversell: false, ...toValues(descriptor, kind.holder, {}) } satisfies PlanValues,
    check: usePlanCheck(),
    send: (values) => kind.create(toBody(kind, descriptor, values)),
    done: ({ name }) => {
      void queries.invalidateQueries({ queryKey: [kind.name] });
      notify({ type: 'success', content: texts.added(name) });
      void navigate(`/${kind.name}`);
    },
  });
  return <PlanForm kind={kind} descriptor={descriptor} form={form} submit={texts[kind.name].add} />;
}
