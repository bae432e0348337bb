"""Titles of what a search finds besides what it looks for: adjacent topics, other conditions, policy documents."""

# ruff: noqa: E501  (a title, a sentence or a study is a line)

from __future__ import annotations

#: On the review's population, and plainly not eligible by title.
NEAR = (
    "Dialectical behaviour therapy against waiting list in borderline personality disorder: a randomised trial",
    "Lamotrigine for mood instability: dose-finding in 40 outpatients",
    "Stability of personality disorder diagnoses over two years of follow-up",
    "Emotion recognition and childhood adversity in borderline personality disorder",
    "Inpatient schema therapy for personality disorder: a cohort study",
    "Self-harm presentations to emergency departments: a registry study",
    "Structural imaging of the amygdala in emotional dysregulation",
    "Economic evaluation of mentalisation-based treatment",
    "Heritability of borderline features in twins",
    "Screening for personality difficulties with eight questions",
    "Suicide after discharge from psychiatric hospital: a case-control study",
    "Prison programmes for men with antisocial personality disorder",
    "Adolescent emotional dysregulation and family therapy: pilot data",
    "Narcissistic traits and dropout from group therapy",
    "Comorbid substance use in personality disorder: a latent class analysis",
    "Sleep quality in women with borderline personality disorder",
    "Mindfulness applications for emotional instability: a usability test",
    "Psychometrics of a symptom scale for personality disorder in three languages",
    "Pregnancy outcomes in women with a personality disorder diagnosis",
    "Service users rate their first appointment in a personality disorder clinic",
    "Lived experience of diagnosis: a collage of 30 online accounts",
    "Mortality in personality disorder: linkage of two registers",
    "Antidepressant prescribing in emotionally unstable personality disorder",
    "Trauma history and dissociation in outpatients with complex emotional needs",
    "Obsessive-compulsive personality traits and workplace absence",
    "Avoidant personality disorder and social anxiety: a network analysis",
    "Therapeutic alliance ratings in schema therapy: sessions 1 to 12",
    "Ward atmosphere and self-harm: an ecological study",
    "Family psychoeducation for borderline personality disorder: a controlled study",
    "Telepsychiatry consultations during psychotherapy breaks",
    "Crisis line calls by people with repeated self-harm: volume and length",
    "Borderline personality disorder in later life: a descriptive study",
    "Oxytocin and trust games in emotional instability",
    "Length of stay on acute wards by personality diagnosis",
)

TOPICS = (
    "type 2 diabetes", "childhood asthma", "stroke rehabilitation", "dementia day care", "postnatal depression",
    "opioid substitution", "hip fracture recovery", "chronic low back pain", "anorexia nervosa", "first-episode psychosis",
    "bipolar disorder", "obsessive-compulsive disorder", "autism in adults", "age-related hearing loss", "home palliative care",
    "HIV outpatient care", "cystic fibrosis", "epilepsy nurse clinics", "school bullying", "street homelessness",
    "prison health care", "post-traumatic stress in veterans", "perinatal loss", "bariatric surgery", "migraine",
    "sleep apnoea", "leg ulcers", "home dialysis", "Parkinson's disease", "chronic bronchitis",
)  # fmt: skip

#: title, method, finding; each topic takes four of them.
ANGLES = (
    (
        "Telephone support in {topic}: a randomised controlled trial in {place}",
        "240 people were drawn by lot.",
        "Groups did not differ.",
    ),
    (
        "What do patients expect of services for {topic}? A postal survey",
        "A survey answered by 512 people.",
        "Most asked for shorter waits.",
    ),
    (
        "Costs of care for {topic}: a register study from {place}",
        "Register data of five years.",
        "Costs rose with age.",
    ),
    (
        "Nurses' accounts of {topic}: focus groups in {place}",
        "Five focus groups with nurses.",
        "Nurses asked for training.",
    ),
    (
        "Predictors of poor outcome in {topic} over twelve months",
        "A cohort of 388 people.",
        "Age and living alone predicted outcome.",
    ),
    (
        "A nine-question instrument for {topic}: development and validity",
        "Two samples of 150 people.",
        "Reliability was fair.",
    ),
    ("Family members and {topic}: a diary study", "Diaries of 22 relatives.", "Evenings were hardest."),
    ("Implementing a guideline on {topic} in primary care: an audit", "Audit of 60 practices.", "Recording improved."),
)

#: Titles of policy documents, books and chapters (HMIC, Social Policy and Practice).
GREY = (
    "Commissioning community mental health services: a guide", "Annual report of an invented health board",
    "Housing and mental health: options for local authorities", "Workforce plan for psychological professions",
    "Good practice in supported employment", "Inspection report: community teams in Exampleshire",
    "Personality disorder: no longer a reason to wait", "Social work with adults: an introduction",
    "Safeguarding adults: a practice handbook", "The future of day centres: a consultation",
    "Direct payments: five years of experience", "Psychological therapies in primary care: a statement",
    "Self-harm: a strategy for Lower Mockingham", "Out of area placements: a census of eight districts", "Partnership working: lessons from ten sites",
    "Supervision in social care: a literature review", "Outcome measures for community teams: a menu",
    "Young carers: a report to the council", "Care planning: what records show", "Advocacy in mental health: a training pack",
    "Crisis care concordat: a local review", "Community treatment orders: a first assessment",
    "Emotional wellbeing in further education", "Respite care in rural areas", "Reablement: counting what counts",
    "Mental health and debt: advice in clinics", "Voluntary organisations in mental health: a directory",
    "Recovery colleges: curricula compared", "Stigma campaigns: an appraisal", "Sickness absence in care homes",
    "Loneliness: a programme for older neighbours", "Integrated care: governance models", "Travel costs of home visits",
    "Kinship care: what the law says",
)  # fmt: skip
