"""How the papers of our day say when: one sentence a wording, every expression of it in braces.

``{surface=value}`` is an expression with its value; what stands outside braces must not be found. The news is read
on Friday, 22 March 2013, by the TIMEX3 guidelines (TimeML 1.2.1), official papers in our own layer on
26 February 2013. More of the same stands in ``wordings/*.txt``,
that of ``monday.txt`` read on Monday, 6 May 2013.
"""

import re
from pathlib import Path

import pytest

from regesta.temporal import find

MORE = Path(__file__).parent / "wordings"
NEWS = """
WASHINGTON, {March 22=2013-03-22} (Reuters) - The bank said so.
He said {Thurs.=2013-03-21} that rates would rise.
It was updated {9:21 AM EDT, Thu March 21, 2013=2013-03-21T09:21}, the site says.
{22 March 2013=2013-03-22} Last updated at {10:15 GMT=2013-03-22T10:15}
The bell rang at {9:30 a.m. EST=2013-03-22T09:30} in New York.
The blast was felt at {around 3 p.m. local time=2013-03-22T15:00} ({1900 GMT=2013-03-22T19:00}).
A survey ({March 2013=2013-03}) found it, posted {2013-03-22=2013-03-22} by staff.
{Q1=2013-Q1} sales rose; {Q4 2012=2012-Q4} was worse than {the fourth quarter of 2011=2011-Q4}.
Profit in {1H 2013=2013-H1} fell, as in {H1 2012=2012-H1}.
{FY2013=2013} earnings were flat after {fiscal 2012=2012}.
Over {the past five years=P5Y} it grew; it has risen since {2009=2009}.
The bank said {earlier this month=2013-03} it would wait.
Rebels took the town over {the weekend=2013-W11-WE}.
Snow fell {overnight=2013-03-22TNI} in the hills.
For {nearly three decades=P30Y} he ruled what {a decade ago=2003} was a village.
{The 1990s=199} are over.
It is a weapon of {the 21st century=20}.
He was shot on {Christmas Eve=2012-12-24} and sales peaked on {Black Friday=2012-11-23}.
The talks lasted for {months=PXM}, within {days=PXD} of a deal.
It will happen in {the future=FUTURE_REF}, and {some day=FUTURE_REF} it will end.
The {daily=P1D} paper said he swims {twice a week=P1W}, {every Sunday=XXXX-WXX-7}.
The trial will open in {May=2013-05}; in {November=2012-11} he was charged.
He was elected in {May=2012-05}.
{Six months ago=2012-09} it failed, and {three days ago=2013-03-19} again.
{The first half of 2013=2013-H1} was bad; {the second half of last year=2012-H2} was worse.
It will close by {the end of the year=2013}.
He spoke {late Thursday=2013-03-21} and again on {Friday morning=2013-03-22TMO}.
{Last night=2013-03-21TNI} it rained; {tonight=2013-03-22TNI} it will snow.
{Two days=P2D} after the blast he died.
After the {2012=2012} vote, {late 2012=2012} was calm until {early March=2013-03}.
In {the last 24 hours=PT24H} and {the next few days=PXD} it matters.
The guards work {24 hours=PT24H} {a day=P1D}.
It opened {Tuesday night=2013-03-19TNI} and closes {Sunday night=2013-03-24TNI}.
Services will be held {Sunday at 2 p.m.=2013-03-24T14:00} at the church.
It took {half an hour=PT30M}, then {an hour and a half=PT1H30M}, in all {two-and-a-half years=P2Y6M}.
{The past year and a half=P1Y6M} was hard; {a quarter of a century=P25Y} is long.
In {the early 1980s=198}, {the '80s=198} and {the mid-1990s=199} it was so.
A woman in her late 20s and a man in his 30s were hurt, a 27-year-old said.
{Two years ago today=2011-03-22} the dam broke.
The missile was tested {last Friday=2013-03-15}; talks are due {next Friday=2013-03-29}.
{Friday=2013-03-22}'s ruling followed {Thursday=2013-03-21}'s vote.
On {Sunday, March 24=2013-03-24}, and on {Tuesday=2013-03-19} ({19 March=2013-03-19}).
In {2008=2008}-{2010=2010} and from {2005=2005} to {2007=2007} it fell.
For the first time in {10 years=P10Y}, in the week ended {March 16=2013-03-16}, it rose.
{The three months=P3M} ended {Dec. 31=2012-12-31} were weak.
In {the wee hours of Thursday=2013-03-21TMO} they agreed.
The store is shut at {weekends=XXXX-WXX-WE}.
{This past weekend=2013-W11-WE} was wet; {the following Monday=2013-03-18} was dry.
She will {one day=FUTURE_REF} be queen.
Profit in {the third quarter=2012-Q3} rose from {a year earlier=2011-Q3}; in {the nine months=P9M} \
it fell from {a year earlier=2011}.
Profit in {the fourth quarter=2012-Q4} rose. {The latest period=2012-Q4} was better than \
{the year-earlier period=2011-Q4}.
Sales for {the year=P1Y} ended {Jan. 31=2013-01-31} rose.
May said on {March 4=2013-03-04} that he fired Jan Smith.
The funeral is set for {Saturday=2013-03-23}; a strike was called for {Tuesday=2013-03-26}.
The vote comes after the talks that ended on {Tuesday=2013-03-19}; it comes on {Sunday=2013-03-24}.
Polls open on {Sunday=2013-03-24}; the press opened fire on {Sunday=2013-03-17}.
Its first day was {Tuesday=2013-03-19}, {three days=P3D} to the day after the loan.
Sales for {the quarter=2012-Q4} ended {Dec. 31=2012-12-31} fell from {a year before=2011-Q4}.
They met {the weekend before last=2013-W10-WE} and meet again {the week after next=2013-W14}.
In {the same period last year=2012} it rose; in {the same month last year=2012-03} it fell.
"""

PAPERS = """
On {February 26, 1992, at 5 p.m.=1992-02-26T17:00} a minute of silence was observed.
The town fell during the night of {25-26 February 1992=1992-02-25/1992-02-26}. \
{That night=1992-02-25/1992-02-26} many died.
It lasted from {25.02.1992 to 26.02.1992=1992-02-25/1992-02-26}, that is {25-26.02.1992=1992-02-25/1992-02-26}.
Between the years of {1905 and 1907=1905/1907} and in {1918-1920=1918/1920} it was the same.
It was so at the {end of the 19th century=18XX~} and in the {last century=19XX}.
The crimes of the {late 19th and early 20th centuries=18XX/19XX} are known.
It is marked on {26 February each year=XXXX-02-26} and on the {31st of March every year=XXXX-03-31}.
{Thirty years ago today=1983-02-26} the march began.
Resolution 822 (1993) of {30 April 1993=1993-04-30} and A/RES/48/114 of {20 December 1993=1993-12-20} say so.
The Decree of {25 February 1997=1997-02-25} and the 1948 Convention apply.
They came at {23:00 on 25 February 1992=1992-02-25T23:00} and left at {half past six=1992-02-25T06:30}.
"""

STORIES = """
In {the summer of 15=0015-SU} he was back, in {17=0017} he was called home. By {AD 30=0030} it was over.
The crusade of {1444=1444} failed. An army of 1440 had sailed.
{1759=1759} was his worst year.
On {2 August 216 BC=BC0216-08-02} he won; {the next day=BC0216-08-03} he rested.
The plague of {the 540s=054} killed the half of them by {553=0553}.
At {the evening of 1 August 1798=1798-08-01TEV} they closed in; at {ten o'clock=1798-08-01T22:00} \
she blew up. By {dawn=1798-08-02TMO} it was over.
Between {149=BC0149} and {146 BC=BC0146} it was destroyed; {AD 66=0066}–{73=0073} saw the same.
In {July 1868=1868-07} the fort fell; the city was sacked on {New Year's Day=1869-01-01}.
They met on {Palm Sunday 1461=1461-03-29} in the snow.
Of {the late 17th=16} and {early 18th centuries=17} we know more.
By {1990=1990} the rebels held it; in {1944=1944} troops landed, in all 1944 troops, as in 1900 houses.
The Peace of Calais, {1360=1360}, held; a fleet of 1360, rigged and manned, did not.
In {622=0622} the war came; the peace of {628=0628} held. They ruled from {661=0661} to {750=0750}, with 628 men.
They fought on {1=1863-07-01}–{3 July 1863=1863-07-03}; on {the third day=1863-07-03} it was decided.
On {5 June 1942=1942-06-05} it rose; at {0500 the next morning=1942-06-06T05:00} it sank.
It was not until {1314=1314} that, on {24 June=1314-06-24}, he won. {1940=1940} was {a month=P1M} of fear.
"""


def _cases(lines: str, more: str = "") -> list[str]:
    if more:
        lines += (MORE / f"{more}.txt").read_text(encoding="utf-8")
    return [line for line in lines.strip().splitlines() if line]


def _read(line: str, anchor: str, mode: str, view: str) -> tuple[list[tuple[str, str]], list[tuple[str, str | None]]]:
    wanted = [(m[1], m[2]) for m in re.finditer(r"\{([^={}]*)=([^{}]*)\}", line)]
    text = re.sub(r"\{([^={}]*)=[^{}]*\}", r"\1", line)
    found = find(text, anchor=anchor, mode=mode, view=view)  # type: ignore[arg-type]
    return wanted, [(t.surface, t.edtf if view == "edtf" else t.value) for t in found]


@pytest.mark.parametrize("line", _cases(NEWS, "news"))
def test_news(line: str) -> None:
    wanted, found = _read(line, "2013-03-22", "news", "timex3")
    assert found == wanted


@pytest.mark.parametrize("line", _cases("", "monday"))
def test_news_of_a_monday(line: str) -> None:
    wanted, found = _read(line, "2013-05-06", "news", "timex3")
    assert found == wanted


@pytest.mark.parametrize("line", _cases(STORIES, "stories"))
def test_stories(line: str) -> None:
    wanted, found = _read(line, "2009-12-19", "narrative", "timex3")
    assert found == wanted


@pytest.mark.parametrize("line", _cases(PAPERS))
def test_official_papers(line: str) -> None:
    wanted, found = _read(line, "2013-02-26", "auto", "edtf")
    assert found == wanted
