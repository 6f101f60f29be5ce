import { resellerPlans } from './kinds';
import { PlanScreen } from './plan';

export default function ResellerPlan() {
  return <PlanScreen kind={resellerPlans} />;
}
