# python: mpxj==16.10.0 jpype1==1.7.1
# programs: java
# MPXJ reads the file: every activity at the schedule's times; and its scheduler, which follows Primavera's rules, comes to the same
# times by itself.

from peer import file, ok
from planner import compare, progressed, read

path = file("pmxml", "pmxml.xml")

from org.mpxj.cpm import PrimaveraScheduler

ok(f"{compare(read(path), PrimaveraScheduler())}; {progressed('pmxml', PrimaveraScheduler(), True)}")
