"""The standard printed back."""

from loket.catalogue.printing import Block, contents, standard_text
from loket.catalogue.rules import Component, Service


def test_standard_is_printed_in_the_order_and_words_of_the_office(library) -> None:
    (service,) = library.load().services
    text = standard_text(service)
    assert text.startswith("STANDAR PELAYANAN KEANGGOTAAN\n\n1. Jenis Layanan : KARTU ANGGOTA\n")
    titles = [line for line in text.splitlines() if line[:1].isdigit() and "Jenis Layanan" not in line]
    assert titles[:3] == ["1. Produk", "2. Persyaratan", "3. Prosedur"]
    assert len(titles) == 14
    assert titles[-1] == "14. Evaluasi"


def blocks(service: Service, key: Component) -> tuple[Block, ...]:
    (found,) = [
        item.blocks for section in contents(service) for item in section.components if item.key == key
    ]
    return found


def with_second(service: Service, **changes: object) -> Service:
    first = service.variant("baru")
    second = first.model_copy(update={"variant": "hilang", "name": "Kartu Hilang", **changes})
    return service.model_copy(update={"variants": [first, second]})


def test_a_single_variant_needs_no_name(library) -> None:
    (service,) = library.load().services
    wanted = "2. Persyaratan\n   a. Kartu pelajar\n   b. Mengisi formulir\n"
    assert wanted in standard_text(service)


def test_an_office_says_how_a_list_that_stands_alone_is_marked(library) -> None:
    heading = "- heading: Penyampaian pelayanan\n"
    library.edit("standard", heading, heading + "    marks: {requirements: numbers, deadline: letters}\n")
    (service,) = library.load().services
    needed = ("Kartu pelajar", "Mengisi formulir")
    assert blocks(service, "requirements") == (Block(needed, "numbers"),)
    # The lines of a variant keep their letters, a text of one line needs none.
    assert {block.marks for block in blocks(with_second(service), "requirements")} == {"letters"}
    assert blocks(service, "deadline") == (Block(("30 menit",), "none"),)
    deadline = service.variant("baru").deadline.model_copy(update={"text": "2 hari kerja"})
    both = with_second(service, deadline=deadline)
    assert blocks(both, "deadline") == (Block(("30 menit", "2 hari kerja"), "letters"),)


def test_lines_are_lettered_under_their_variant(library) -> None:
    (service,) = library.load().services
    wanted = (
        "2. Persyaratan\n   1. Anggota Baru\n      a. Kartu pelajar\n      b. Mengisi formulir\n"
        "   2. Kartu Hilang\n      a. Kartu pelajar\n"
    )
    assert wanted in standard_text(with_second(service))


def test_differing_deadlines_are_listed(library) -> None:
    (service,) = library.load().services
    deadline = service.variant("baru").deadline.model_copy(update={"text": "2 hari kerja"})
    text = standard_text(with_second(service, deadline=deadline))
    assert "4. Jangka waktu\n   1. 30 menit\n   2. 2 hari kerja\n" in text


def test_a_procedure_that_all_variants_share_is_printed_once(library) -> None:
    (service,) = library.load().services
    shared = tuple(line.text for line in service.variant("baru").procedure.published)
    assert blocks(with_second(service), "procedure") == (Block(shared, "letters"),)
    own = service.variant("baru").procedure
    other = own.model_copy(update={"published": own.published[:1]})
    assert blocks(with_second(service, procedure=other), "procedure") == (
        Block(shared, "letters", 1, "Anggota Baru"),
        Block(shared[:1], "letters", 2, "Kartu Hilang"),
    )


def test_preconditions_are_numbered_before_the_variants(library) -> None:
    """As where a village must have an agreement before its officer may send."""
    library.edit("procedure", "published:", "preconditions: [Sudah ada perjanjian]\npublished:")
    (service,) = library.load().services
    needed = ("Kartu pelajar", "Mengisi formulir")
    assert blocks(service, "requirements") == (Block(("Sudah ada perjanjian", *needed), "numbers"),)
    assert blocks(with_second(service), "requirements") == (
        Block((), "none", 1, "Sudah ada perjanjian"),
        Block(needed, "letters", 2, "Anggota Baru"),
        Block(needed, "letters", 3, "Kartu Hilang"),
    )


def test_an_office_may_number_each_section_from_one(library) -> None:
    heading = "- heading: Pengelolaan pelayanan\n"
    library.edit("standard", heading, heading + "    restart: true\n")
    (service,) = library.load().services
    assert [[item.number for item in section.components] for section in contents(service)] == [
        [1, 2, 3, 4, 5, 6],
        [1, 2, 3, 4, 5, 6, 7, 8],
    ]


def test_a_component_without_text_takes_no_number(library) -> None:
    (service,) = library.load().services
    texts = {key: text for key, text in service.standard.items() if key not in ("fee", "complaints")}
    sections = contents(service.model_copy(update={"standard": texts}))
    assert [(item.number, item.title) for item in sections[0].components] == [
        (1, "Produk"),
        (2, "Persyaratan"),
        (3, "Prosedur"),
        (4, "Jangka waktu"),
    ]
    assert sections[1].components[0].number == 5


def test_lines_of_a_text_stand_without_marks(library) -> None:
    (service,) = library.load().services
    standard = {**service.standard, "staffing": "Pelaksana\n1. Penjaga dua orang\n"}
    assert blocks(service.model_copy(update={"standard": standard}), "staffing") == (
        Block(("Pelaksana", "1. Penjaga dua orang"), "none"),
    )


def test_more_lines_than_letters(library) -> None:
    (service,) = library.load().services
    variant = service.variant("baru")
    many = [variant.requirements[0]] * 28
    service = service.model_copy(update={"variants": [variant.model_copy(update={"requirements": many})]})
    assert "   z. Kartu pelajar\n   aa. Kartu pelajar\n   ab. Kartu pelajar\n" in standard_text(service)
