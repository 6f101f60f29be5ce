import { AddPlan } from './add-plan';
import { resellerPlans } from './kinds';

export default function AddResellerPlan() {
  return <AddPlan kind={resellerPlans} />;
}
