"""The demo pack is read into a city whose parts are named by what they say."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backend.city.canonical import content_hash
from backend.city.city import City
from backend.city.pack import Document, PackInvalid, parse, read
from backend.city.structures import Register

PACK = Path(__file__).parents[3] / "city"


@pytest.fixture(scope="module")
def city() -> City:
    return City.load(PACK)


def test_a_guide_is_named_by_the_hash_of_its_other_members(city: City) -> None:
    guide = msgspec.to_builtins(city.items["residence-permit"].guide)
    named = guide.pop("hash")
    assert named == content_hash(guide)
    assert city.guides[named].key == "residence-permit"


def test_a_guide_pins_the_form_lifecycle_and_certificate_that_the_city_holds(city: City) -> None:
    guide = city.items["residence-permit"].guide
    assert city.forms[guide.form_hash].hash == guide.form_hash
    assert city.lifecycles[guide.lifecycle_hash].key == "promised"
    assert city.certificates[guide.certificate_hash].type_code == "11990100990100018P001"


def test_the_same_files_give_the_same_hash_and_a_changed_word_another(city: City) -> None:
    documents = read(PACK)
    assert City.assemble(documents).hash == city.hash
    changed = msgspec.json.decode(msgspec.json.encode(documents["city.yaml"].data))
    changed["name"]["en"] = "Cloudsea"
    assert City.assemble({**documents, "city.yaml": Document("city.yaml", changed, {})}).hash != city.hash


def test_a_department_sees_itself_and_what_is_below_it(city: City) -> None:
    bureau = city.department_by_key("public-security").code
    branch = city.department_by_key("public-security-linjiang").code
    assert city.departments_under(branch) == {branch}
    traffic = city.department_by_key("traffic-police").code
    donggang = city.department_by_key("public-security-donggang").code
    assert city.departments_under(bureau) == {bureau, branch, donggang, traffic}
    assert city.departments_under("unknown") == frozenset()


def test_a_newer_city_still_reads_what_earlier_cases_pin(city: City) -> None:
    documents = read(PACK)
    changed = msgspec.json.decode(msgspec.json.encode(documents["items/residence-permit/base.yaml"].data))
    changed["summary"]["zh"] = "改过的说明"
    path = "items/residence-permit/base.yaml"
    newer = City.assemble({**documents, path: Document(path, changed, {})}).remembering(city)
    assert city.items["residence-permit"].guide.hash in newer.guides
    assert newer.items["residence-permit"].guide.summary.zh == "改过的说明"


def test_a_case_goes_to_the_office_of_its_district(city: City) -> None:
    guide = city.items["residence-permit"].guide
    assert guide.office_for("990103").department.name.zh == "云海市公安局东港分局"
    assert guide.office_for("990103").code.startswith("11990100990100034D")


def test_a_person_is_found_only_by_name_and_number_together(city: City) -> None:
    person = city.population.persons[0]
    assert city.person(person.name, person.id_number) is person
    assert city.person("别人", person.id_number) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a: 1\na: 2\n", "given twice"),
        ("a: &x 1\nb: *x\n", "aliases"),
        ("a: [1\n", "expected"),
        ("a: 1.5\n", "whole number"),
        ("", "empty"),
    ],
)
def test_yaml_outside_the_plain_subset_is_refused(text: str, problem: str) -> None:
    with pytest.raises(PackInvalid, match=problem):
        parse("broken.yaml", text)


def test_a_missing_translation_is_reported_with_its_file_and_line() -> None:
    documents = read(PACK)
    text = (PACK / "divisions.yaml").read_text(encoding="utf-8").replace(", en: Haitang Community", "")
    with pytest.raises(PackInvalid) as refused:
        City.assemble({**documents, "divisions.yaml": parse("divisions.yaml", text)})
    finding = refused.value.findings[0]
    assert (finding.file, finding.line) == ("divisions.yaml", 9)


@pytest.mark.parametrize(
    ("register", "name"),
    [
        ("population", "云海市人口信息库"),
        ("enterprises", "云海市市场主体登记库"),
        ("certificates", "云海市电子证照库"),
        ("properties", "云海市不动产登记库"),
        ("credit", "云海市公共信用信息平台"),
    ],
)
def test_what_the_city_obtains_itself_is_said_to_come_from_its_own_register(
    city: City, register: Register, name: str
) -> None:
    assert city.share_source(register)[0].zh == name
