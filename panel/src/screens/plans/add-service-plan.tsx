import { AddPlan } from './add-plan';
import { servicePlans } from './kinds';

export default function AddServicePlan() {
  return <AddPlan kind={servicePlans} />;
}
