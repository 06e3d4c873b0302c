"""The lists of the briefing paper as it prints them, line by line, to compare the data files with."""
# ruff: noqa: E501

ITEM_8 = """\
1) Minutes of the last six Local Safeguarding Children Board meetings.
2) Details of Children's Trust Board membership, and minutes of last six meetings.
3) Children and Young People's Plan and the latest review of Children and Young People's Plan, including any updates to the plan.
4) Lists of existing groups of service users and their parents/carers.
5) Summaries of the views of service users and other stakeholders, as collected by the council.
6) Local performance management and quality assurance information, including case-related audit evidence, relating to safeguarding, child protection and looked after children services.
7) Data relating to the common assessment framework.
8) Workforce data and current pressures and priorities.
9) Summaries of any management reviews of safeguarding and looked after children services conducted in last two years.
10) Management reports of the independent reviewing officers.
11) Details of placements in council, voluntary or private children's homes, fostering or adoption agencies.
12) Arrangements for identifying and responding to missing children and young people
13) Organisation charts for council and partner agencies.
"""

ANNEX_1_OWNERS = """\
1	Chair – OSCB / Business Manager, OSCB
2	Chair – OCYPT / OCYPT Project Officer
3	Strategic Lead, Performance
4	Service Manager – Communications and Performance / Strategic Lead, Play and Participation
5	Service Manager – Communications and Performance / Strategic Lead, Play and Participation /participation sub group
6	Head of Service/ Performance leads across the partnership via the performance subgroup
7	Strategic Lead, Locality and Workforce Development
8	Strategic Lead, Children’s Workforce Development / Strategic HR Business Officer/Workforce Subgroup
9	Strategic Lead, Safeguarding / Strategic Lead, Children Looked After
10	Strategic Lead, Safeguarding
11	Strategic Lead, Prevention and Protection / Strategic Lead, Children Looked After
12	Area Service Manager, Central and Local Authority Designated Officer, Schools
13	Service Manager – Communications and Performance co-ordinating
"""

ANNEX_2_SAFEGUARDING = """\
1.	Chair and members of the Local Safeguarding Children Board and Children's Trust Board.	Strategic Lead, Safeguarding / Strategic Lead, Performance
2.	Children, young people, their parents or carers receiving children in need services.	Strategic Lead, CLA / Strategic Lead, Prevention and Protection
3.	Any existing groups of users.	Strategic Lead, Play and Participation / Strategic Lead, CLA
4.	Lead manager(s) for safeguarding and common assessment framework.	Heads of Service (Strategic Lead, Safeguarding / Strategic Lead, Locality and Workforce Development)
5.	Managers responsible for commissioning, planning and monitoring services.	Strategic Lead and Head of Joint Commissioning / Strategic Lead, Performance
6.	Director of Children's Services, Lead Member (and where appropriate support members) and Chief Executive.	DCS / LM / Chief Executive
7.	Managers of Primary Care Trust and police responsible for reviewing points of referral and the quality of risk assessments, decision-making and multi-agency working.	PCT / police manager
8.	Managers of the accident and emergency department of the local hospitals.	A & E managers
9.	Strategic group responsible for tackling domestic violence.	Strategic Lead, Prevention and Protection
10.	Focus group of designated headteachers, teachers and support teachers.	Head of Service, Raising Achievement
11.	Focus group of independent reviewing officers.	Strategic Lead, Safeguarding
12.	Focus group of social workers involved in safeguarding and protecting children.	Strategic Lead, Prevention and Protection
13.	Focus group of social work team managers for child protection and children in need.	Strategic Lead, Prevention and Protection / Strategic Lead, CLA
14.	Multi-agency staff focus group for early intervention and prevention	Strategic Lead, Locality and Workforce Development
15.	Health focus group for safeguarding, including general medical practitioners (GPs) and designated health professionals.	Health
16.	Focus group of staff responsible for the education of young people excluded from education or educated other than at school.	Head of Young People and Access to Education Service
17.	Representatives from the community and voluntary sectors.	Assistant Delivery Director (VCS Consortium) for Connexions)
18	Manager/staff of the independent advocacy service.	tbc
"""

ANNEX_2_LOOKED_AFTER = """\
1.	Representatives of the Corporate Parenting Board.	Strategic Lead, CLA
2.	Meetings with looked after children.	Strategic Lead, CLA
3.	Meetings with care leavers.	Strategic Lead, CLA
4.	Heads of service and lead manager(s) for looked after children, including for educational achievement.	Head of Service / Strategic Lead, CLA / Strategic Lead, Prevention and Protection
5.	Managers responsible for commissioning, planning and monitoring placements.	Strategic Lead and Head of Joint Commissioning / Strategic Lead, Performance
6.	Director of Children's Services, Lead Member (and where appropriate, support members) for looked after children and Chief Executive.	DCS / lead member / Chief Executive
7.	Lead officers for attainment and attendance, to include the virtual headteacher.	Head of Service, YPAE / Head of Raising Achievement Service / Headteacher, Virtual School for Looked After Children
8.	Lead officers for the physical and mental health of looked after children, including a designated doctor and nurse.	tbc
9.	Focus group of designated teachers and support teachers.	Strategic Lead, School Improvement
10.	Focus group of independent reviewing officers.	Strategic Lead, Safeguarding
11.	Focus group of managers responsible for corporate parenting.	Strategic Lead, CLA
12.	Focus group of parents, for example, where appropriate, parents of children included within the case-tracking sample, parents of children on care orders placed at home, or parents whose children have been accommodated.	Strategic Lead, Play and Participation
13.	Multi-agency staff group for looked after children and care leavers, which will comprise those staff involved in the cases selected for examination.	Strategic Lead, CLA
14.	Hold discussions with focus group of social work team managers.	Head of Service
15.	Meeting with manager/staff of the independent advocacy service.	tbc
16.	Representatives from the community and voluntary sectors.	tbc
17.	Visit a social care or multi-agency looked after children's team, to include support for children on the edge of care.	Head of Service
18.	Hold discussions with staff at the care leaving service.	Strategic Lead, CLA
19.	Visit a targeted service for looked after children (this will depend on the particular services available in the area).	Strategic Lead, CLA
"""

ANNEX_4 = """\
1.	All children and young people currently subject to a child in need plan.
2.	All children and young people currently subject to child protection plans.
3.	All looked after children and young people, including those in external placements and care leavers.
4.	Any unallocated cases or cases awaiting transfer to another team.
5.	Child's unique identifier
6.	Date of initial referral
7.	Date of birth
8.	Gender
9.	Ethnicity
10.	Legal status
11.	Details of any disability.
12.	Subject to child protection plan
13.	Previously subject to a child protection plan
14.	Subject to a child in need plan
15.	Placement with parent(s)
16.	Placement with relatives/friends
17.	Foster placement with relatives/friends
18.	Foster placement
19.	Placement with adopters
20.	Residential placement (children's home)
21.	Specialist residential placement (therapeutic)
22.	Specialist residential placement (residential school)
23.	Specialist residential placement (health, including child and adolescent mental health services)
24.	Secure accommodation
25.	Supported lodgings
26.	Other – please specify.
"""
