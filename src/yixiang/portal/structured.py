"""An instrument for machines that read the web: schema.org as JSON-LD, and its identity in the form of PIDINST."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from yixiang.catalogue.models import Instrument
from yixiang.catalogue.rules.words import BOOKING_MODES
from yixiang.kernel.reference import class_path, disciplines, region_name

PIDINST = "1.0"  # metadata schema of the RDA working group Persistent Identification of Instruments


def absolute(name: str, *words: Any) -> str:
    """The public address in Chinese, which is the canonical one, whatever language or host asks."""
    with override(settings.LANGUAGE_CODE):
        return settings.BASE_URL.rstrip("/") + reverse(name, args=words)


def landing_page(instrument: Instrument) -> str:
    return absolute("portal:instrument", instrument.code)


def pidinst(instrument: Instrument) -> dict[str, Any]:
    """Who made it, who owns it, what it measures, since when; nothing personal."""
    known = disciplines()
    measured = [line.strip() for line in instrument.service_content.replace("；", "\n").splitlines() if line.strip()]
    return {
        "schemaVersion": PIDINST,
        "Identifier": {"identifierValue": landing_page(instrument), "identifierType": "URL"},
        "LandingPage": landing_page(instrument),
        "Name": instrument.name,
        "NameEnglish": instrument.english_name,
        "Owner": [_owner(instrument)],
        "Manufacturer": [{"manufacturerName": instrument.manufacturer or "—"}],
        "Model": {"modelName": instrument.model},
        "Description": instrument.function or instrument.technical,
        "InstrumentType": [
            {
                "instrumentTypeName": row.name,
                "instrumentTypeIdentifier": row.code,
                "instrumentTypeIdentifierType": row.scheme,
            }
            for row in class_path(instrument.category)
        ],
        "MeasuredVariable": measured,
        "Dates": _dates(instrument),
        "AlternateIdentifier": _other_numbers(instrument),
        "RelatedIdentifier": [
            {
                "relatedIdentifierValue": absolute("portal:unit", instrument.unit.account_name),
                "relatedIdentifierType": "URL",
                "relationType": "IsPartOf",
            }
        ],
        "Subject": [known[code].name for code in instrument.disciplines if code in known],
        "State": instrument.state,
    }


def _owner(instrument: Instrument) -> dict[str, Any]:
    unit = instrument.unit
    number = {"ownerIdentifier": unit.credit_code, "ownerIdentifierType": "统一社会信用代码"}
    return {"ownerName": unit.name} | (number if unit.credit_code else {})


def _dates(instrument: Instrument) -> list[dict[str, str]]:
    known = {
        "Purchased": instrument.bought_on,
        "Commissioned": instrument.accepted_on,
        "Listed": instrument.listed_at.date() if instrument.listed_at else None,
        "Updated": instrument.changed_at.date(),
    }
    return [{"dateValue": day.isoformat(), "dateType": kind} for kind, day in known.items() if day]


def _other_numbers(instrument: Instrument) -> list[dict[str, str]]:
    known = {
        "Yixiang": instrument.code,
        "InventoryNumber": instrument.inner_number,
        "国家平台仪器编号": instrument.national_number,
    }
    return [
        {"alternateIdentifierValue": value, "alternateIdentifierType": kind} for kind, value in known.items() if value
    ]


def product(instrument: Instrument, pictures: list[str]) -> dict[str, Any]:
    """schema.org: one single product of its maker, offered as a service by its owner."""
    address = landing_page(instrument)
    owner = {
        "@type": "Organization",
        "name": instrument.unit.name,
        "url": absolute("portal:unit", instrument.unit.account_name),
    }
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "IndividualProduct",
        "@id": address,
        "url": address,
        "name": instrument.name,
        "description": instrument.function or instrument.technical,
        "identifier": instrument.code,
        "category": " > ".join(row.name for row in class_path(instrument.category)),
        "model": instrument.model,
        "manufacturer": {"@type": "Organization", "name": instrument.manufacturer},
        "image": pictures,
        "offers": _offer(instrument, owner),
    }
    if instrument.english_name:
        data["alternateName"] = instrument.english_name
    if instrument.rating is not None and instrument.rating_count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": float(instrument.rating),
            "ratingCount": instrument.rating_count,
            "bestRating": 5,
            "worstRating": 1,
        }
    return data


def _offer(instrument: Instrument, owner: dict[str, Any]) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "businessFunction": "http://purl.org/goodrelations/v1#ProvideService",
        "availability": "https://schema.org/" + ("InStock" if instrument.is_listed else "OutOfStock"),
        "seller": owner,
        "description": BOOKING_MODES.get(instrument.booking_mode, ""),
        "areaServed": region_name(instrument.region) if instrument.region else "",
    }
    if instrument.price_from is not None:
        offer |= {"price": str(instrument.price_from), "priceCurrency": "CNY"}
    return offer


def citation(instrument: Instrument) -> tuple[str, str]:
    """One line for a paper, Chinese and English."""
    model = f"，{instrument.model}" if instrument.model else ""
    made = f"，{instrument.manufacturer}" if instrument.manufacturer else ""
    address = landing_page(instrument)
    chinese = (
        f"本研究使用了{instrument.unit.name}的{instrument.name}（{instrument.model or instrument.name}{made}；"
        f"仪享编号 {instrument.code}，{address}）。"
    )
    name = instrument.english_name or instrument.name
    english = (
        f"This work used the {name} ({', '.join(filter(None, [instrument.model, instrument.manufacturer]))}) "
        f"of {instrument.unit.name}; Yixiang instrument no. {instrument.code}, {address}."
    )
    return (chinese if model else chinese.replace(f"（{instrument.name}{made}；", "（")), english
