"""Invented people, journals and places: nobody and nothing that could be taken for real."""

from __future__ import annotations

from examples.cen.generator.model import Journal, Person, draw

#: "Test person", "example", "fictitious" and "placeholder" in many languages.
FAMILIES = (
    "Testperson", "Beispiel", "Mustermann", "Placeholder", "Esempio", "Ejemplo", "Voorbeeld", "Przykład", "Örnek",
    "Esimerkki", "Příklad", "Sampleton", "Nonesuch", "Anybody", "Lorem-Ipsum", "O'Sample", "van der Proef", "Specimen",
    "Mockford", "Fauxley", "Imaginaire", "Eksempel", "Exemplo", "Példa", "Primjer", "Fictus", "Inventado", "Musterfrau",
    "Próba", "Ficticia", "Zkouška", "Pretender", "Dummyson", "Attrappe", "Mallinen", "Ensaio",
)  # fmt: skip

GIVEN = (
    "Anna", "Erika M", "Max", "Otto", "Jane", "John Q", "Mia", "Noor", "Omar", "Inés", "José", "Zoë", "Karel", "Lena",
    "Piotr", "Sofía", "Emre", "Aino", "Tove", "Hugo", "Marta", "Béla", "Chidi", "Wei", "Yuki", "Ravi", "Fatima", "Ola",
    "Nils A", "Vera", "Anne-Marie", "Tomás",
)  # fmt: skip

_JOURNALS = (
    ("Journal of Invented Psychiatry", "J Invent Psychiatry"),
    ("Fictional Journal of Community Care", "Fict J Community Care"),
    ("Example Nursing Quarterly", "Example Nurs Q"),
    ("International Journal of Sample Studies", "Int J Sample Stud"),
    ("Specimen Review of Social Work", "Specimen Rev Soc Work"),
    ("Acta Exemplaria Psychologica", "Acta Exempl Psychol"),
    ("Annals of Placeholder Medicine", "Ann Placeholder Med"),
    ("Imaginary Primary Care", "Imaginary Prim Care"),
    ("Mock Therapies & Practice", "Mock Ther Pract"),
    ("Archives of Pretended Research", "Arch Pretended Res"),
    ("Nonexistent Health Services Research", "Nonexist Health Serv Res"),
    ("Beispielhefte für Psychiatrie", "Beispielh Psychiatr"),
)

PLACES = (
    "Exampleshire", "North Sampleton", "Placeholder Valley", "the Fictonian Isles", "Specimen City", "Lower Mockingham",
    "Upper Nonesuch", "the Republic of Exemplaria",
)  # fmt: skip

PUBLISHERS = ("Placeholder Press", "Institute for Invented Policy", "Exampleshire Council", "Centre for Mock Studies")


def _issn(number: int) -> str:
    """A well-formed ISSN in the block 9999, which is not assigned."""
    digits = f"9999{number:03d}"
    check = -sum(int(d) * w for d, w in zip(digits, range(8, 1, -1), strict=True)) % 11
    return f"9999-{number:03d}{'X' if check == 10 else check}"


JOURNALS = tuple(Journal(name, short, _issn(10 + 7 * i)) for i, (name, short) in enumerate(_JOURNALS))
PREPRINTS = Journal("ExampleRxiv", "ExampleRxiv", "")


def isbn(number: int) -> str:
    """A well-formed ISBN-13 in a block of no publisher."""
    digits = f"97899999{number:04d}"
    return digits + str(-sum(int(d) * (1, 3)[i % 2] for i, d in enumerate(digits)) % 10)


def people(key: str, count: int) -> tuple[Person, ...]:
    """So many fictional authors, no family name twice."""
    found: list[Person] = []
    attempt = 0
    while len(found) < count:
        person = Person(draw(f"family:{key}:{attempt}", FAMILIES), draw(f"given:{key}:{attempt}", GIVEN))
        attempt += 1
        if person.family not in {one.family for one in found}:
            found.append(person)
    return tuple(found)
