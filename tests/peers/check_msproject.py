# python: mpxj==16.10.0 jpype1==1.7.1 lxml==6.1.3
# programs: java
# MPXJ reads the file: every task at the schedule's times; and its scheduler, which follows MS Project's rules, comes to the same
# times by itself. The order of elements is that of Microsoft's schema (learn.microsoft.com, mspdi_pj12.xsd).

import sys

from lxml import etree

from peer import file, ok
from planner import compare, progressed, read

path = file("msproject", "mspdi.xml")
ORDER = {
    "Project": "SaveVersion UID Name Title Subject Category Company Manager Author CreationDate Revision LastSaved ScheduleFromStart "
    "StartDate FinishDate FYStartDate CriticalSlackLimit CurrencyDigits CurrencySymbol CurrencyCode CurrencySymbolPosition CalendarUID "
    "DefaultStartTime DefaultFinishTime MinutesPerDay MinutesPerWeek DaysPerMonth DefaultTaskType DefaultFixedCostAccrual "
    "DefaultStandardRate DefaultOvertimeRate DurationFormat WorkFormat EditableActualCosts HonorConstraints EarnedValueMethod "
    "InsertedProjectsLikeSummary MultipleCriticalPaths NewTasksEffortDriven NewTasksEstimated SplitsInProgressTasks SpreadActualCost "
    "SpreadPercentComplete TaskUpdatesResource FiscalYearStart WeekStartDay MoveCompletedEndsBack MoveRemainingStartsBack "
    "MoveRemainingStartsForward MoveCompletedEndsForward BaselineForEarnedValue AutoAddNewResourcesAndTasks StatusDate CurrentDate "
    "MicrosoftProjectServerURL Autolink NewTaskStartDate DefaultTaskEVMethod ProjectExternallyEdited ExtendedCreationDate ActualsInSync "
    "RemoveFileProperties AdminProject OutlineCodes WBSMasks ExtendedAttributes Calendars Tasks Resources Assignments",
    "Calendar": "UID Name IsBaseCalendar BaseCalendarUID WeekDays Exceptions WorkWeeks",
    "WeekDay": "DayType DayWorking TimePeriod WorkingTimes",
    "Exception": "EnteredByOccurrences TimePeriod Occurrences Name Type Period DaysOfWeek MonthItem MonthPosition Month MonthDay "
    "DayWorking WorkingTimes",
    "WorkingTime": "FromTime ToTime",
    "TimePeriod": "FromDate ToDate",
    "Task": "UID ID Name Type IsNull CreateDate Contact WBS WBSLevel OutlineNumber OutlineLevel Priority Start Finish Duration "
    "DurationFormat Work Stop Resume ResumeValid EffortDriven Recurring OverAllocated Estimated Milestone Summary Critical IsSubproject "
    "IsSubprojectReadOnly SubprojectName ExternalTask ExternalTaskProject EarlyStart EarlyFinish LateStart LateFinish StartVariance "
    "FinishVariance WorkVariance FreeSlack TotalSlack FixedCost FixedCostAccrual PercentComplete PercentWorkComplete Cost OvertimeCost "
    "OvertimeWork ActualStart ActualFinish ActualDuration ActualCost ActualOvertimeCost ActualWork ActualOvertimeWork RegularWork "
    "RemainingDuration RemainingCost RemainingWork RemainingOvertimeCost RemainingOvertimeWork ACWP CV ConstraintType CalendarUID "
    "ConstraintDate Deadline LevelAssignments LevelingCanSplit LevelingDelay LevelingDelayFormat PreLeveledStart PreLeveledFinish "
    "Hyperlink HyperlinkAddress HyperlinkSubAddress IgnoreResourceCalendar Notes HideBar Rollup BCWS BCWP PhysicalPercentComplete "
    "EarnedValueMethod PredecessorLink ActualWorkProtected ActualOvertimeWorkProtected ExtendedAttribute Baseline",
    "PredecessorLink": "PredecessorUID Type CrossProject CrossProjectName LinkLag LagFormat",
}
root = etree.parse(path).getroot()
for element in root.iter():
    order = ORDER.get(etree.QName(element).localname, "").split()
    places = [order.index(etree.QName(child).localname) for child in element] if order else []
    if places != sorted(places):
        sys.exit(f"{etree.QName(element).localname}: the order is {[etree.QName(child).localname for child in element]}")
for name in root.iter("{*}Name"):
    if len(name.text or "") > 512:
        sys.exit("a name is longer than the schema allows")

from org.mpxj.cpm import MicrosoftScheduler

ok(f"{compare(read(path), MicrosoftScheduler())}; {progressed('msproject', MicrosoftScheduler(), True)}")
