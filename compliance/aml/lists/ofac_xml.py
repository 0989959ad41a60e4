"""I read OFAC's SDN.XML (sdnList.xsd, Office of Foreign Assets Control)."""

from compliance.aml.countries import code
from compliance.aml.lists import Layout, Listing, day, distinct, joined, on, text, texts, tree
from compliance.aml.matching import Party


def read(content: bytes) -> Listing:
    root = tree(content)
    made = Listing("ofac", published_on=on(text(root, "publshInformation/Publish_Date"), "%m/%d/%Y"))
    for entry in root.findall("sdnEntry"):
        names = [joined(text(entry, "firstName"), text(entry, "lastName"))]
        names += [joined(text(aka, "firstName"), text(aka, "lastName")) for aka in entry.findall("akaList/aka")]
        kind = text(entry, "sdnType")
        if kind not in ("Individual", "Entity"):
            continue
        countries = texts(entry, "nationalityList/nationality/country") + texts(entry, "addressList/address/country")
        births = [day(told) for told in texts(entry, "dateOfBirthList/dateOfBirthItem/dateOfBirth")]
        made.parties.append(Party(
            text(entry, "uid"), distinct(names), kind == "Individual", distinct(births),
            distinct([code(country) for country in countries]), distinct(texts(entry, "programList/program")),
        ))  # fmt: skip
    return made


LAYOUT = Layout("ofac", lambda head: "<sdnList" in head, read)
