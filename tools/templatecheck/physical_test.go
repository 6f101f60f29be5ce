package templatecheck

import "testing"

func TestPhysicalNames(t *testing.T) {
	check(t, []broken{
		{
			name:     "a fixed name",
			template: []edit{{"      Name: !Sub ${AWS::StackName}-hints", "      Name: hints"}},
			want:     []string{"physical: Bus: Name does not contain ${AWS::StackName}"},
		},
		{
			name:     "a name of the region only",
			template: []edit{{"      Name: !Sub ${AWS::StackName}-hints", "      Name: !Sub hints-${AWS::Region}"}},
			want:     []string{"physical: Bus: Name does not contain ${AWS::StackName}"},
		},
		{
			name:     "a name that is given to the stack",
			template: []edit{{"      Name: !Sub ${AWS::StackName}-hints", "      Name: !Ref MailDomain"}},
		},
		{
			name:     "a schedule that SAM names",
			template: []edit{{"            Name: !Sub ${AWS::StackName}-minute\n", ""}},
			want:     []string{"physical: ConsumeStreamFunction.Minute: Name does not contain ${AWS::StackName}"},
		},
		{
			name:     "a schedule with a fixed name",
			template: []edit{{"            Name: !Sub ${AWS::StackName}-minute\n", "            Name: minute\n"}},
			want:     []string{"physical: ConsumeStreamFunction.Minute: Name does not contain ${AWS::StackName}"},
		},
	})
}
