# The words of the report in English. Every id stands in ja.ftl too; a test compares them.

language = English
title = Schedule
skip = Skip to the summary
no-script = The charts and the tables of this page are drawn by the script within it, which is switched off. The summary stands without it.
theme = Dark or light
print = Print
contents = Contents
times-in = Times in { $zone }
issued = plan issued { $time }
horizon = { $start } to { $end }

# What the schedule says, in sentences.
summary = Summary
synthetic-title = Synthetic weather
synthetic = The weather behind this schedule was made by a generator. It was neither measured nor forecast: the dates show how the plan works, not when the sea will allow it.
says-nothing = Nothing is scheduled.
says-activities = Between { $start } and { $end }, { $vessels ->
        [0] the work
        [one] one vessel
       *[other] { $vessels } vessels
    } { $vessels ->
        [0] has
        [one] has
       *[other] have
    } { $activities ->
        [one] one activity
       *[other] { $activities } activities
    } to carry out.
says-happened = What began before { $time } has happened; what begins later is planned.
says-tonnes = { $sampled } t are lifted from the seabed, and { $delivered } t reach the shore.
says-finish = Everything is done by { $finish }.
says-finish-ashore = Every vessel and every task is done by { $finish }; what goes on ashore, by { $end }.
says-ashore = What goes on ashore is done by { $end }.
says-weather = { $hours } pass waiting on weather, { $share } of the vessels' time.
says-longest = The longest stretch of it, { $hours }, lies in { $what }, which begins { $start }.
says-critical = { $critical ->
        [0] No activity is critical: each could start later without moving the finish.
        [one] One activity is critical: a delay of it delays what comes behind it.
       *[other] { $critical } activities are critical: a delay of one delays what comes behind it.
    }
says-optimal = No schedule that keeps the plan does better: for every goal the solver proved that its value cannot be bettered.
says-feasible = The schedule keeps the plan, but it was not proven that no other does better; the bounds below say by how much one could.
says-cost = It costs { $cost }.
says-fuel =
    { $known ->
        [yes] The vessels burn { $fuel } t of fuel, which makes { $co2 } t of carbon dioxide.
       *[other] The vessels burn { $fuel } t of fuel.
    }
says-late = Due dates are missed by { $hours } in all.

figures = In figures
sampled = Sampled
delivered = Delivered
supplied = Supplied
finish = Finish
weather-wait = Waiting on weather
cost = Cost
fuel = Fuel
co2 = CO2
late = Late
answer = Answer
optimal = proven optimal
feasible = feasible, not proven
gap = gap { $gap }

# The charts.
timeline = Timeline
timeline-hint = Drag or Shift + scroll to pan, Ctrl + scroll or pinch to zoom. With the keyboard: arrows move between activities, + and − zoom, Shift + arrows pan, 0 shows everything, Enter sets the cursor.
gantt-label = Timeline of activities. Arrow keys move between them; the table of activities below holds the same.
zoom-in = Zoom in
zoom-out = Zoom out
zoom-all = Show everything
earlier = Earlier
later = Later
vessels = Vessels
other-work = Other work
all = All
critical-path = Critical path
windows = Weather windows
baseline = Baseline
links = Links
float = Float
rows = Rows
rows-tasks = by task
rows-vessels = by vessel
legend-task = work
legend-sail = sailing
legend-sampling = sampling
legend-transfer = transfer
legend-weather = waiting on weather
legend-other = other waiting
legend-window = weather window
legend-closed = closed
legend-float = float
legend-critical = critical
legend-baseline = baseline
now = now
waiting = waiting
sail-to = sail to { $site }
kind-task = work
kind-sail = sailing
kind-sampling = sampling
kind-transfer = transfer
kind-process = process
kind-supply = supply
kind-wait = waiting
kind-idle = idle
of-which-weather = { $hours } of it waiting on weather
is-critical = critical
float-of = float { $hours }
limits-of = limits { $limits }
was-planned = baseline { $start } to { $end }
is-new = not in the baseline
no-activities = There is no activity to show.
nothing-picked = Every vessel is filtered out.

sea = The sea
sea-label = Weather at { $site }, { $channel }
sea-note = Each value is the greatest sample that touches its slot. Dashed lines are limits of the work; red is above the lowest, or above those of the activity in hand.
sea-none = This schedule carries no weather: it was made without any, or by an earlier version.
hs = significant wave height
tp = peak period
wind = wind
current = current
swell = swell
forecast-limit = forecast limit
limit = limit
stocks = Stocks and deliveries
stocks-note = Tonnes aboard and ashore. A mark on the line is a delivery.
stock-label = { $commodity } at { $holder }

map = Map
map-note = Mercator; graticule in degrees. No coastline is drawn: this is not a chart for navigation.
map-label = Map of the sites and tracks; the slider below moves the vessels.
map-time = Time
play = Play
pause = Pause
at-site = { $vessel }: at { $site }, { $what }
under-way = { $vessel }: under way to { $site }, { $position }
nautical-miles = nautical miles
tracks = Tracks

# The tables.
activities = Activities
find = Find
start = Start
end = End
length = Length
what = What
where = Where
vessel = Vessel
tonnes = t
commodity = Commodity
critical = critical
cut = The first { $some } rows of { $all }; every one is in the schedule.json of this page, and in its csv.
shown = { $from } to { $to } of { $all }
previous = Previous
next = Next
none-found = No activity matches.
deliveries = Deliveries
hours = Hours of the vessels
work-h = work
sail-h = sailing
weather-h = waiting on weather
other-h = other waiting
idle-h = idle
elapsed-h = elapsed
hours-note = The hours of a vessel add up to the horizon.
stock-table = Stocks
tanks-of = Tanks: { $tanks }
peak = peak
at-end = at the end
demands = Demands
demand = Demand
wanted = Wanted
due = Due
overdue = Missing then
late-cost = Cost of being late
yields-note = In brackets: at the lowest yields and at the highest.
late-note = What is missing when it is due costs so much a tonne and day, until it is supplied or the plan ends.
reserves = Reserves
reserve = Reserve
cover-note = { $reserve } in days of { $of }: { $target } must be covered, { $least } are at the least, { $end } at the end.
target = Target
wanted-by = There by
reached = Reached
least = Least
below = Below the target
not-reached = not reached
costs = Costs
item = Item
amount = Amount
total = Total
laytime = Laytime
laytime-note = What all calls of a vessel last longer together than they may is on demurrage.
calls = Calls
used = Used
allowed = Allowed
over = Over
demurrage = Demurrage
closures = Closures
closed = Closed
why = Why
disruption = disruption
budgets = Budgets
budget = Budget
of-what = Of
bounds-cost = cost
bounds-emissions = CO2
bounds-feed = feed of { $process }
may-be = May be
spent = Spent
left = Left
proof = How good the answer is
proof-note = Goals are reached in order; each is kept while the next is improved. A bound is what no schedule can better.
proof-note-weighted = Goals are reached together, as one weighted sum. A bound is what no schedule can better.
goal = Goal
value = Value
bound = Bound
proven = proven
goal-delivered = delivered (worth)
goal-sampled = sampled (worth)
goal-supplied = supplied (worth)
goal-finish = finish
goal-cost = cost
goal-lateness = lateness
goal-weighted = weighted sum
goal-part = part of the sum
goal-emissions = emissions
solver = solved by { $solver }
assumptions = Assumptions and sources
assumptions-note = What the plan's author wrote beside the numbers.
assumption = assumption
assumptions-only = Assumptions only
line = Line
place = Place
key = Key
remark = Remark
notes-none = This schedule carries no remarks of the plan's author.
weather = Weather
origin-synthetic = synthetic
origin-forecast = forecast
origin-hindcast = hindcast
samples = samples
step = step
limits = Limits
limits-table = Limits of the work
operational-limit = operational limit
alpha-factor = alpha factor
too-long = too long for a forecast
too-long-why = T_POP over 72 h or T_R over 96 h, and it cannot be halted: not a weather-restricted operation

# Against a baseline.
compared = Against the baseline
compared-note = What changed from the baseline to this schedule.
compared-same = Nothing that is done has changed.
other-plan = The baseline answers another plan, { $plan }: only activities of the same name can be compared.
before = Before
after = After
change = Change
added = added
removed = removed
moved = moved
unchanged = { $count ->
        [one] One activity is as before.
       *[other] { $count } activities are as before.
    }

# The odds.
odds = The odds
colophon = Made by mudline { $version }. Plan { $plan }. This file needs no network.
odds-note = Each run plays the campaign in one weather year and with drawn durations. A percentile is a value that so many of a hundred runs do not exceed. Weather: { $about }; seed { $seed }.
odds-synthetic = The weather years are synthetic: the odds are those of a generator.
odds-incomplete = The simulation was stopped before its end, or lacks parts.
odds-other-plan = The simulation was made of another version of the plan, { $plan }.
odds-curve = What is reached by when: P10 to P90, the line is P50 ({ $unit })
odds-dates = When it is done
odds-amounts = How much, and how long
policy-follow = in the schedule's order, as soon as the weather allows
policy-clairvoyant = planned anew for each year, knowing all its weather
runs = { $runs } runs
runs-head = runs
outcome = Outcome
outcome-done = done by the deadlines
outcome-short = done in part
outcome-late = too late
outcome-stuck = stuck
outcome-lost = gear lost
outcome-impossible = impossible
meetings = meetings held
share = share (95 % interval)
date-kept = Date kept
end-of-plan = end of the plan
lost-by = Waiting on weather, by what waits
per-run = a run
planned = planned
never = never
first-mud = first mud
