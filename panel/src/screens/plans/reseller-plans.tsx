import { resellerPlans } from './kinds';
import { PlanList } from './plan-list';

export default function ResellerPlans() {
  return <PlanList kind={resellerPlans} />;
}
