import Box from '@cloudscape-design/components/box';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { Failure, Loading } from '../screen';
import { useTexts } from '../../texts/catalogue';
import { UNLIMITED } from './quantity';
import { resourceTexts } from './texts';
import { useDescriptor, useResourceNames } from './use-resources';
import { allotmentsOf, type Holder, type ResourceSet } from './values';

interface ResourceTableProps {
  holder: Holder;
  resources: ResourceSet;
  used?: Record<string, number>; // what has been given out, by allotment
}

// ResourceTable shows the resources of a plan, a subscription or a reseller.
export function ResourceTable({ holder, resources, used }: ResourceTableProps) {
  const texts = useTexts(resourceTexts);
  const names = useResourceNames();
  const descriptor = useDescriptor();
  if (descriptor.isPending) return <Loading />;
  if (descriptor.isError) return <Failure error={descriptor.error} retry={() => void descriptor.refetch()} />;
  const applications = descriptor.data.applications.filter(({ name }) => resources.applications?.includes(name));
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={3}
        items={allotmentsOf(descriptor.data, holder).map((allotment) => {
          const limit = names.value(resources.allotments?.[allotment.name] ?? UNLIMITED, allotment.unit);
          const given = used?.[allotment.name];
          return { label: names.name(allotment), value: given === undefined ? limit : texts.of(names.value(given, allotment.unit), limit) };
        })}
      />
      <KeyValuePairs
        columns={3}
        items={descriptor.data.permissions.map((permission) => ({
          label: names.name(permission),
          value: resources.permissions?.[permission.name]
            ? <StatusIndicator type="success">{texts.granted}</StatusIndicator>
            : <StatusIndicator type="stopped">{texts.denied}</StatusIndicator>,
        }))}
      />
      <div>
        <Box variant="awsui-key-label">{texts.applications}</Box>
        {applications.map(names.name).join(', ') || texts.noApplications}
      </div>
    </SpaceBetween>
  );
}
