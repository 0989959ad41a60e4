"""I turn the names of countries that lists use into the two letters of ISO 3166; unknown names stay as they are."""

from compliance.aml.names import fold

NAMES = {
    "AF": "afghanistan", "AE": "united arab emirates", "BY": "belarus", "CD": "democratic republic of the congo",
    "CF": "central african republic", "CN": "china", "CU": "cuba", "DE": "germany", "EG": "egypt", "ES": "spain",
    "FR": "france", "GB": "united kingdom", "HT": "haiti", "IN": "india", "IQ": "iraq", "IR": "iran", "IT": "italy",
    "KP": "north korea", "LB": "lebanon", "LY": "libya", "ML": "mali", "MM": "burma", "MX": "mexico", "NI": "nicaragua",
    "PK": "pakistan", "PS": "palestinian", "RS": "serbia", "RU": "russia", "SA": "saudi arabia", "SD": "sudan",
    "SO": "somalia", "SS": "south sudan", "SY": "syria", "TN": "tunisia", "TR": "turkey", "UA": "ukraine",
    "US": "united states", "VE": "venezuela", "YE": "yemen", "ZW": "zimbabwe",
}  # fmt: skip
OTHERWISE = {
    "russian federation": "RU", "iran islamic republic of": "IR", "islamic republic of iran": "IR", "myanmar": "MM",
    "democratic peoples republic of korea": "KP", "korea north": "KP", "syrian arab republic": "SY", "turkiye": "TR",
}  # fmt: skip
KNOWN = {" ".join(fold(name)): code for code, name in NAMES.items()} | {
    " ".join(fold(name)): code for name, code in OTHERWISE.items()
}


def code(name: str) -> str:
    told = name.strip()
    if len(told) == 2 and told.isalpha():
        return told.upper()
    return KNOWN.get(" ".join(fold(told)), told)
